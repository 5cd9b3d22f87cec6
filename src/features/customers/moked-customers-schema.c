/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/customers/moked-customers.h"

#include "features/customers/moked-customer.h"
#include "features/customers/moked-identity.h"
#include "features/customers/moked-note.h"

static const MokedEntityInfo *const entities[] = { &moked_customer_info, &moked_identity_info, &moked_note_info, NULL };

/* Each sortable column has an index that ends with the name, so that a list is read from one index
 * alone, in both directions, and equal values stand by name. An identity is looked up by its value but
 * is not unique: a couple may share a phone, and two desktops may each add the same person. */
static const char indexes[] =
    "CREATE INDEX customer_by_name ON customer (business_id, sort_name) WHERE deleted_at IS NULL"
    "\n;\n"
    "CREATE INDEX customer_by_city ON customer (business_id, city, sort_name) WHERE deleted_at IS NULL"
    "\n;\n"
    "CREATE INDEX customer_by_status ON customer (business_id, status, sort_name) WHERE deleted_at IS NULL"
    "\n;\n"
    "CREATE INDEX customer_by_owner ON customer (business_id, owner_id, sort_name) WHERE deleted_at IS NULL"
    "\n;\n"
    "CREATE INDEX customer_by_activity ON customer (business_id, last_activity_at, sort_name) WHERE deleted_at IS NULL"
    "\n;\n"
    "CREATE INDEX identity_by_value ON identity (business_id, kind, value)"
    "\n;\n"
    "CREATE INDEX identity_by_customer ON identity (business_id, customer_id)"
    "\n;\n"
    "CREATE INDEX note_by_customer ON note (business_id, customer_id, created_at)";

#define MARK_CUSTOMER(row) \
  "INSERT INTO customer_search_dirty (row_id) VALUES (" row ".row_id) ON CONFLICT DO NOTHING;"
#define MARK_HOLDER(row) \
  "INSERT INTO customer_search_dirty (row_id) SELECT c.row_id FROM customer c " \
  "WHERE c.business_id = " row ".business_id AND c.id = " row ".customer_id ON CONFLICT DO NOTHING;"

/* The index holds the searchable forms only, no text of its own. Triggers note which customers changed
 * and nothing else, because indexing a row costs many times what writing it does. */
static const char search[] =
    "CREATE VIRTUAL TABLE customer_search USING fts5 (text, tokenize = 'trigram', content = '', contentless_delete = 1)"
    "\n;\n"
    "CREATE TABLE customer_search_dirty (row_id INTEGER PRIMARY KEY)"
    "\n;\n"
    "CREATE TRIGGER customer_search_insert AFTER INSERT ON customer BEGIN " MARK_CUSTOMER ("new") " END"
    "\n;\n"
    "CREATE TRIGGER customer_search_update AFTER UPDATE OF search_text, deleted_at ON customer "
    "WHEN old.search_text IS NOT new.search_text OR old.deleted_at IS NOT new.deleted_at "
    "BEGIN " MARK_CUSTOMER ("new") " END"
    "\n;\n"
    "CREATE TRIGGER customer_search_delete AFTER DELETE ON customer BEGIN " MARK_CUSTOMER ("old") " END"
    "\n;\n"
    "CREATE TRIGGER identity_search_insert AFTER INSERT ON identity BEGIN " MARK_HOLDER ("new") " END"
    "\n;\n"
    "CREATE TRIGGER identity_search_update AFTER UPDATE OF search_value, customer_id, deleted_at ON identity "
    "BEGIN " MARK_HOLDER ("old") " " MARK_HOLDER ("new") " END"
    "\n;\n"
    "CREATE TRIGGER identity_search_delete AFTER DELETE ON identity BEGIN " MARK_HOLDER ("old") " END";

static const MokedMigration migrations[] = {
  { 1, indexes, search },
  { 0 },
};

/* What the customer's row holds already (its own phone and address) is not indexed twice. */
static const char reindex[] =
    "DELETE FROM customer_search WHERE rowid IN (SELECT row_id FROM customer_search_dirty WHERE row_id <= $1)"
    "\n;\n"
    "INSERT INTO customer_search (rowid, text) "
    "SELECT c.row_id, c.search_text || coalesce("
    "(SELECT group_concat(i.search_value, '') FROM identity i WHERE i.business_id = c.business_id "
    "AND i.customer_id = c.id AND i.deleted_at IS NULL AND i.value IS NOT c.phone AND i.value IS NOT c.email), '') "
    "FROM customer_search_dirty d JOIN customer c ON c.row_id = d.row_id "
    "WHERE d.row_id <= $1 AND c.deleted_at IS NULL";

static const MokedIndex search_indexes[] = {
  { "customer", "customer_search_dirty", reindex },
  { 0 },
};

const MokedSchemaPart moked_customers_schema = { "customers", entities, migrations, search_indexes };

/* More is not worth reading: whoever typed one or two letters types on. */
#define SHORT_SEARCH_LIMIT 2000

const MokedSearch moked_customers_search = { "customer_search", SHORT_SEARCH_LIMIT };
