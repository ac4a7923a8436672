// Verifies a credential with libraries that Laurel does not use, in safe mode and without a network.
//
//   node verify.mjs CASES.json
//
// CASES.json is one case or an array of them; each prints one line {"verified", "revoked", "error"} in its order.
// A case: {"credential", "didDocument", "statusListCredential"?, "contexts": {url: document}}.
// The loader knows what the case holds and nothing else, so a document that refers to anything more is refused.
import {readFile} from 'node:fs/promises';

import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {createVerifyCryptosuite as ecdsaJcs} from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import {cryptosuite as ecdsaRdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import {createVerifyCryptosuite as eddsaJcs} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {cryptosuite as eddsaRdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';

const MULTIKEY_CONTEXT = 'https://w3id.org/security/multikey/v1';

const SUITES = [eddsaRdfc, eddsaJcs(), ecdsaRdfc, ecdsaJcs()].map(cryptosuite => new DataIntegrityProof({cryptosuite}));

const cases = [JSON.parse(await readFile(process.argv[2], 'utf8'))].flat();
for(const given of cases) {
  console.log(JSON.stringify(await verify(given)));
}

async function verify(given) {
  const {credential, statusListCredential} = given;
  const result = await vc.verifyCredential({
    credential,
    suite: SUITES,
    documentLoader: documentLoader(given),
    ...(statusListCredential && {checkStatus})
  });
  // The status library says "verified" of a set bit too: it read the list, and the bit is in `status`.
  const revoked = result.statusResult?.results?.some(({status}) => status === true) ?? null;
  return {verified: result.verified, revoked, error: words(result.error ?? result.statusResult?.error)};
}

function documentLoader({contexts, didDocument, statusListCredential}) {
  const known = new Map(Object.entries(contexts));
  known.set(didDocument.id, didDocument);
  for(const method of didDocument.verificationMethod) {
    known.set(method.id, {'@context': MULTIKEY_CONTEXT, ...method});
  }
  if(statusListCredential) {
    known.set(statusListCredential.id, statusListCredential);
  }
  return async url => {
    if(!known.has(url)) {
      throw new Error(`This case holds no document ${url}.`);
    }
    return {contextUrl: null, documentUrl: url, document: structuredClone(known.get(url))};
  };
}

// The libraries nest their errors; the innermost says what is wrong.
function words(error) {
  if(!error) {
    return null;
  }
  const inner = error.errors?.[0] ?? error.cause;
  return inner ? words(inner) : `${error.name}: ${error.message}`;
}
