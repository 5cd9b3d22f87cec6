// SPDX-License-Identifier: GPL-3.0-or-later
// A PouchDB server for a benchmark: node server.js FOLDER <DOCUMENTS
//
// Stores the documents of its input, a JSON object a line, in the database `office`, and then serves it on loopback.
// Prints {"ready":true,"listen":…,"documents":N}.
'use strict';
const readline = require('readline');
const express = require('express');
const PouchDB = require('pouchdb').defaults({ prefix: `${process.argv[2]}/` });

async function fill() {
  const office = new PouchDB('office');
  let batch = [], documents = 0;
  const store = async () => {
    await office.bulkDocs(batch);
    documents += batch.length;
    batch = [];
  };
  for await (const line of readline.createInterface({ input: process.stdin })) {
    batch.push(JSON.parse(line));
    if (batch.length === 1000)
      await store();
  }
  await store();
  return documents;
}

fill().then(documents => {
  const app = express();
  app.use(require('express-pouchdb')(PouchDB, { mode: 'minimumForPouchDB', inMemoryConfig: true }));
  const server = app.listen(0, '127.0.0.1', () => {
    const listen = `http://127.0.0.1:${server.address().port}`;
    console.log(JSON.stringify({ ready: true, listen, documents }));
  });
});
