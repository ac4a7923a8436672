// Presents credentials with Digital Bazaar's libraries, once with each method that they offer, without a network.
//
//   node present.mjs GIVEN.json
//
// GIVEN.json: {"credentials", "date", "challenge", "domain", "contexts": {url: document}}.
// Prints {name: signed presentation}. The keys are new on every run; holders are the did:keys that sign.
import {readFile} from 'node:fs/promises';

import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import {createSignCryptosuite as ecdsaJcs} from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import {cryptosuite as ecdsaRdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {createSignCryptosuite as eddsaJcs} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {cryptosuite as eddsaRdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';

const {credentials, date, challenge, domain, contexts} = JSON.parse(await readFile(process.argv[2], 'utf8'));
const documentLoader = async url => {
  if(!(url in contexts)) {
    throw new Error(`This case holds no document ${url}.`);
  }
  return {contextUrl: null, documentUrl: url, document: structuredClone(contexts[url])};
};

const presented = {
  'eddsa-rdfc-2022': await present(Ed25519Multikey.generate(), eddsaRdfc),
  'eddsa-jcs-2022': await present(Ed25519Multikey.generate(), eddsaJcs()),
  'ecdsa-rdfc-2019 with P-256': await present(EcdsaMultikey.generate({curve: 'P-256'}), ecdsaRdfc),
  'ecdsa-rdfc-2019 with P-384': await present(EcdsaMultikey.generate({curve: 'P-384'}), ecdsaRdfc),
  'ecdsa-jcs-2019 with P-256': await present(EcdsaMultikey.generate({curve: 'P-256'}), ecdsaJcs())
};
console.log(JSON.stringify(presented));

async function present(pair, cryptosuite) {
  const key = await pair;
  const multikey = key.publicKeyMultibase ?? (await key.export({publicKey: true})).publicKeyMultibase;
  const holder = `did:key:${multikey}`;
  key.controller = holder;
  key.id = `${holder}#${multikey}`;
  const presentation = vc.createPresentation({verifiableCredential: structuredClone(credentials), holder, verify: false});
  const suite = new DataIntegrityProof({signer: key.signer(), cryptosuite, date});
  return vc.signPresentation({presentation, suite, challenge, domain, documentLoader});
}
