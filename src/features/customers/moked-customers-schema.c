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

/* What is searched of a customer: what its row holds, and its other phones and addresses. */
#define SEARCHED(numbers) \
  "coalesce(c.search_text, '') || coalesce((SELECT " numbers " FROM identity i WHERE i.business_id = c.business_id " \
  "AND i.customer_id = c.id AND i.deleted_at IS NULL AND i.value IS DISTINCT FROM c.phone " \
  "AND i.value IS DISTINCT FROM c.email), '')"

/* The server's own index of trigrams keeps a list of what is still to be indexed, so nothing need be put off. */
static const char postgres_search[] =
    "CREATE EXTENSION IF NOT EXISTS pg_trgm"
    "\n;\n"
    "CREATE TABLE customer_search (business_id TEXT NOT NULL, row_id BIGINT NOT NULL, text TEXT NOT NULL, "
    "PRIMARY KEY (business_id, row_id))"
    "\n;\n"
    "CREATE INDEX customer_search_text ON customer_search USING gin (text gin_trgm_ops)"
    "\n;\n"
    "CREATE FUNCTION customer_search_fill (business TEXT, customer TEXT) RETURNS void LANGUAGE sql AS $$ "
    "DELETE FROM customer_search s USING customer c WHERE c.business_id = $1 AND c.id = $2 AND c.deleted_at IS NOT NULL "
    "AND s.business_id = $1 AND s.row_id = c.row_id; "
    "INSERT INTO customer_search (business_id, row_id, text) "
    "SELECT c.business_id, c.row_id, " SEARCHED ("string_agg(i.search_value, '' ORDER BY i.id)") " "
    "FROM customer c WHERE c.business_id = $1 AND c.id = $2 AND c.deleted_at IS NULL "
    "ON CONFLICT (business_id, row_id) DO UPDATE SET text = excluded.text WHERE customer_search.text <> excluded.text $$"
    "\n;\n"
    "CREATE FUNCTION customer_search_follow () RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "PERFORM customer_search_fill (new.business_id, new.id); RETURN NULL; END $$"
    "\n;\n"
    "CREATE FUNCTION customer_search_forget () RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "DELETE FROM customer_search WHERE business_id = old.business_id AND row_id = old.row_id; RETURN NULL; END $$"
    "\n;\n"
    "CREATE FUNCTION identity_search_follow () RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF TG_OP <> 'INSERT' THEN PERFORM customer_search_fill (old.business_id, old.customer_id); END IF; "
    "IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND new.customer_id IS DISTINCT FROM old.customer_id) THEN "
    "PERFORM customer_search_fill (new.business_id, new.customer_id); END IF; RETURN NULL; END $$"
    "\n;\n"
    "CREATE TRIGGER customer_search_insert AFTER INSERT ON customer "
    "FOR EACH ROW EXECUTE FUNCTION customer_search_follow ()"
    "\n;\n"
    "CREATE TRIGGER customer_search_update AFTER UPDATE OF search_text, phone, email, deleted_at ON customer "
    "FOR EACH ROW WHEN ((old.search_text, old.phone, old.email, old.deleted_at) IS DISTINCT FROM "
    "(new.search_text, new.phone, new.email, new.deleted_at)) EXECUTE FUNCTION customer_search_follow ()"
    "\n;\n"
    "CREATE TRIGGER customer_search_delete AFTER DELETE ON customer "
    "FOR EACH ROW EXECUTE FUNCTION customer_search_forget ()"
    "\n;\n"
    "CREATE TRIGGER identity_search_change AFTER INSERT OR DELETE OR UPDATE OF value, search_value, customer_id, deleted_at "
    "ON identity FOR EACH ROW EXECUTE FUNCTION identity_search_follow ()";

static const MokedMigration migrations[] = {
  { 1, indexes, search, postgres_search },
  { 0 },
};

/* What the customer's row holds already (its own phone and address) is not indexed twice. */
static const char reindex[] =
    "DELETE FROM customer_search WHERE rowid IN (SELECT row_id FROM customer_search_dirty WHERE row_id <= $1)"
    "\n;\n"
    "INSERT INTO customer_search (rowid, text) "
    "SELECT c.row_id, " SEARCHED ("group_concat(i.search_value, '')") " "
    "FROM customer_search_dirty d JOIN customer c ON c.row_id = d.row_id "
    "WHERE d.row_id <= $1 AND c.deleted_at IS NULL";

static const MokedIndex search_indexes[] = {
  { "customer", "customer_search_dirty", reindex },
  { 0 },
};

static const char *const derived_tables[] = { "customer_search", NULL };

const MokedSchemaPart moked_customers_schema = {
  .name = "customers",
  .entities = entities,
  .migrations = migrations,
  .indexes = search_indexes,
  .derived_tables = derived_tables,
};

/* More is not worth reading: whoever typed one or two letters types on. */
#define SHORT_SEARCH_LIMIT 2000

const MokedSearch moked_customers_search = { "customer_search", SHORT_SEARCH_LIMIT };
