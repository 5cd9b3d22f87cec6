#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every key and every unique index of a business's tables begins with the business, as docs/scaling.md has it: asked of the
live catalogue of a service's database.

    test_sharding.py PATH-OF-MOKED-SERVICE
"""
import os
import sqlite3
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import database
from live_office import LiveOffice

# Tables that are no business's, or are asked before the business is known. docs/scaling.md has the reasons.
GLOBAL = {'device', 'inbox', 'job', 'message_report', 'schema_version', 'store_home', 'transfer', 'transfer_progress'}

# A number that the database gives by itself, within one table; the record's own key is (business_id, id).
NUMBER = ['row_id']

SQLITE = """SELECT t.name, i.name, group_concat(c.name ORDER BY c.seqno) FROM pragma_table_list t
JOIN pragma_index_list(t.name) i ON i."unique" JOIN pragma_index_info(i.name) c
WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%' GROUP BY t.name, i.name"""

POSTGRES = """SELECT t.relname, i.relname, (SELECT string_agg(a.attname, ',' ORDER BY k.place)
FROM unnest(x.indkey::smallint[]) WITH ORDINALITY k (number, place)
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number)
FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE x.indisunique AND t.relnamespace = 'public'::regnamespace"""


class Keys(unittest.TestCase):
    def setUp(self):
        self.data = self.enterContext(tempfile.TemporaryDirectory())
        LiveOffice(PROGRAM, self.data)

    def unique_indexes(self):
        """(table, index, its columns)"""
        if database.ENGINE == 'postgres':
            rows = database.server().run(database.name_of(self.data), POSTGRES.replace('\n', ' '))
        else:
            with sqlite3.connect(f'{self.data}/moked.db') as db:
                rows = db.execute(SQLITE).fetchall()
        return [(table, index, columns.split(',')) for table, index, columns in rows]

    def test_begin_with_the_business(self):
        found = self.unique_indexes()
        tables = {table for table, _, _ in found}
        self.assertLessEqual({'customer', 'message', 'change', 'change_field', 'mutation', 'business_seq'}, tables)
        for table, index, columns in found:
            if table not in GLOBAL and columns != NUMBER:
                self.assertEqual(columns[0], 'business_id', f'{index} of {table}: {columns}')

    def test_every_record_is_reached_by_its_business(self):
        found = self.unique_indexes()
        for table in {table for table, _, columns in found if columns == NUMBER} | {'customer', 'message', 'user'}:
            self.assertIn(['business_id', 'id'], [columns for other, _, columns in found if other == table], table)

    def test_the_exceptions_are_there(self):
        """What is in the list by mistake, or not any more, goes from it."""
        tables = {table for table, _, _ in self.unique_indexes()}
        self.assertLessEqual(GLOBAL - {'store_home'}, tables)


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main()
