// SPDX-License-Identifier: GPL-3.0-or-later
// A new device with PouchDB: node replicate.js FOLDER URL
//
// Replicates the database at URL into an empty one in FOLDER. Prints {"seconds":…,"documents":N}.
'use strict';
const PouchDB = require('pouchdb').defaults({ prefix: `${process.argv[2]}/` });
const begun = process.hrtime.bigint();

// Larger batches than PouchDB's own hundred: they are faster.
PouchDB.replicate(process.argv[3], 'copy', { batch_size: 1000, batches_limit: 10 }).then(async result => {
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  const { doc_count: documents } = await new PouchDB('copy').info();
  console.log(JSON.stringify({ seconds, documents, failed: result.doc_write_failures }));
});
