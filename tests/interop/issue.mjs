// Issues one badge with each of two vendors' libraries and each method that they offer, without a network.
//
//   node issue.mjs GIVEN.json
//
// GIVEN.json: {"credential", "contexts": {url: document}}; the issuer's id is replaced by the did:key that signs.
// Prints {name: signed credential}. The keys are new on every run.
import {readFile} from 'node:fs/promises';

import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import {createSignCryptosuite as ecdsaJcs} from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import {cryptosuite as ecdsaRdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import * as ecdsaSd from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {Ed25519Signature2020} from '@digitalbazaar/ed25519-signature-2020';
import {Ed25519VerificationKey2020} from '@digitalbazaar/ed25519-verification-key-2020';
import {createSignCryptosuite as eddsaJcs} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {cryptosuite as eddsaRdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof as DccProof} from '@digitalcredentials/data-integrity';
import * as DccMultikey from '@digitalcredentials/ed25519-multikey';
import {Ed25519Signature2020 as DccSignature2020} from '@digitalcredentials/ed25519-signature-2020';
import {Ed25519VerificationKey2020 as DccKey2020} from '@digitalcredentials/ed25519-verification-key-2020';
import {cryptosuite as dccEddsaRdfc} from '@digitalcredentials/eddsa-rdfc-2022-cryptosuite';
import * as dcc from '@digitalcredentials/vc';

const SIGNATURE_2020 = 'https://w3id.org/security/suites/ed25519-2020/v1';
// What a holder may never leave out.
const MANDATORY = ['/id', '/name', '/issuer', '/validFrom', '/validUntil', '/credentialStatus', '/awardedDate',
  '/credentialSubject/identifier', '/credentialSubject/achievement'];

const {credential, contexts} = JSON.parse(await readFile(process.argv[2], 'utf8'));
const documentLoader = async url => {
  if(!(url in contexts)) {
    throw new Error(`This case holds no document ${url}.`);
  }
  return {contextUrl: null, documentUrl: url, document: structuredClone(contexts[url])};
};

const issued = {};
for(const [name, issue] of Object.entries(methods())) {
  issued[name] = await issue();
}
console.log(JSON.stringify(issued));

function methods() {
  const digitalBazaar = {vc, Proof: DataIntegrityProof};
  const consortium = {vc: dcc, Proof: DccProof};
  return {
    'Digital Bazaar, eddsa-rdfc-2022': () => embedded(digitalBazaar, Ed25519Multikey.generate(), eddsaRdfc),
    'Digital Bazaar, eddsa-jcs-2022': () => embedded(digitalBazaar, Ed25519Multikey.generate(), eddsaJcs()),
    'Digital Bazaar, ecdsa-rdfc-2019 with P-256': () => embedded(digitalBazaar, ecdsa('P-256'), ecdsaRdfc),
    'Digital Bazaar, ecdsa-rdfc-2019 with P-384': () => embedded(digitalBazaar, ecdsa('P-384'), ecdsaRdfc),
    'Digital Bazaar, ecdsa-jcs-2019 with P-256': () => embedded(digitalBazaar, ecdsa('P-256'), ecdsaJcs()),
    'Digital Bazaar, ecdsa-jcs-2019 with P-384': () => embedded(digitalBazaar, ecdsa('P-384'), ecdsaJcs()),
    'Digital Bazaar, ecdsa-sd-2023, as issued': () => disclosing(),
    'Digital Bazaar, ecdsa-sd-2023, in part': async () => vc.derive({
      verifiableCredential: await disclosing(),
      suite: new DataIntegrityProof({cryptosuite: ecdsaSd.createDiscloseCryptosuite({
        selectivePointers: ['/evidence']
      })}),
      documentLoader
    }),
    'Digital Bazaar, Ed25519Signature2020': () => legacy(vc, Ed25519Signature2020, Ed25519VerificationKey2020),
    'Digital Credentials Consortium, eddsa-rdfc-2022': () =>
      embedded(consortium, DccMultikey.generate(), dccEddsaRdfc),
    'Digital Credentials Consortium, Ed25519Signature2020': () => legacy(dcc, DccSignature2020, DccKey2020),
    'Digital Credentials Consortium, on version 1.1': () => legacy(dcc, DccSignature2020, DccKey2020, old)
  };
}

function ecdsa(curve) {
  return EcdsaMultikey.generate({curve});
}

async function named(pair) {
  const key = await pair;
  const multikey = key.publicKeyMultibase ?? (await key.export({publicKey: true})).publicKeyMultibase;
  const did = `did:key:${multikey}`;
  key.controller = did;
  key.id = `${did}#${multikey}`;
  return {key, did};
}

async function embedded(vendor, pair, cryptosuite) {
  const {key, did} = await named(pair);
  const suite = new vendor.Proof({signer: key.signer(), cryptosuite});
  return vendor.vc.issue({credential: by(did), suite, documentLoader});
}

async function disclosing() {
  const {key, did} = await named(ecdsa('P-256'));
  const unsigned = by(did);
  // The library cannot number the blank nodes of a document with ordered lists, such as the grades of a result.
  delete unsigned.credentialSubject.result;
  delete unsigned.credentialSubject.achievement.resultDescription;
  const mandatoryPointers = MANDATORY.filter(pointer => present(unsigned, pointer));
  const cryptosuite = ecdsaSd.createSignCryptosuite({mandatoryPointers});
  return vc.issue({credential: unsigned, suite: new DataIntegrityProof({signer: key.signer(), cryptosuite}), documentLoader});
}

async function legacy(library, Signature, Key, written = document => document) {
  const {key, did} = await named(Key.generate());
  const unsigned = written(by(did));
  unsigned['@context'] = [...unsigned['@context'], SIGNATURE_2020];
  return library.issue({credential: unsigned, suite: new Signature({key}), documentLoader});
}

// The same on version 1.1 of the data model.
function old({'@context': [, ...others], validFrom, validUntil, ...members}) {
  const dates = {issuanceDate: validFrom, ...(validUntil && {expirationDate: validUntil})};
  return {'@context': ['https://www.w3.org/2018/credentials/v1', ...others], ...members, ...dates};
}

function by(did) {
  const copy = structuredClone(credential);
  copy.issuer.id = did;
  return copy;
}

function present(document, pointer) {
  return pointer.split('/').slice(1).reduce((node, part) => node?.[part], document) !== undefined;
}
