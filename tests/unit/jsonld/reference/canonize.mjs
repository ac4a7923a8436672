// Canonical N-Quads by jsonld.js and rdf-canonize, in safe mode and without a network.
//
//   node canonize.mjs CORPUS.json
//
// CORPUS.json: {"contexts": {url: document}, "documents": [document, ...]}. Prints one line for each document, in
// their order: {"nquads": text} or {"refused": why}. The loader knows the contexts given and nothing else.
import {readFile} from 'node:fs/promises';

import jsonld from 'jsonld';

const {contexts, documents} = JSON.parse(await readFile(process.argv[2], 'utf8'));

async function documentLoader(url) {
  if(!Object.hasOwn(contexts, url)) {
    throw new Error(`${url} is not a pinned context.`);
  }
  return {contextUrl: null, documentUrl: url, document: contexts[url]};
}

async function canonical(document) {
  // Any amount of work: whether a document is too symmetrical is for each reader to say, not for the reference.
  const options = {algorithm: 'RDFC-1.0', safe: true, documentLoader, canonizeOptions: {maxWorkFactor: Infinity}};
  try {
    return {nquads: await jsonld.canonize(document, options)};
  } catch(error) {
    return {refused: why(error)};
  }
}

function why(error) {
  const code = error.details?.event?.code ?? error.details?.code ?? error.name;
  const inner = error.details?.cause;
  return inner ? `${code}: ${why(inner)}` : `${code}: ${error.message}`;
}

for(const document of documents) {
  console.log(JSON.stringify(await canonical(document)));
}
