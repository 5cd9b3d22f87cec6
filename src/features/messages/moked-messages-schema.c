/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/messages/moked-messages.h"

#include "features/messages/moked-conversation.h"
#include "features/messages/moked-message.h"

static const MokedEntityInfo *const entities[] = { &moked_conversation_info, &moked_message_info, NULL };

/* `message_send` remembers what a job needs besides the message; `message_report` keeps what a vendor said
 * about a message whose id is not known here yet, for that moment between its answer and our note of it.
 * `draft` is written by desktops only and never travels. */
static const char tables[] =
    "CREATE INDEX conversation_by_time ON conversation (business_id, last_message_at) WHERE deleted_at IS NULL"
    "\n;\n"
    "CREATE INDEX conversation_by_state ON conversation (business_id, state, last_message_at) WHERE deleted_at IS NULL"
    "\n;\n"
    "CREATE INDEX conversation_by_customer ON conversation (business_id, customer_id)"
    "\n;\n"
    "CREATE INDEX conversation_by_address ON conversation (business_id, channel, address)"
    "\n;\n"
    "CREATE INDEX message_by_conversation ON message (business_id, conversation_id, created_at) "
    "WHERE deleted_at IS NULL"
    "\n;\n"
    "CREATE INDEX message_by_customer ON message (business_id, customer_id, created_at) WHERE deleted_at IS NULL"
    "\n;\n"
    "CREATE INDEX message_by_provider_id ON message (provider_id) WHERE provider_id IS NOT NULL"
    "\n;\n"
    "CREATE TABLE message_send (business_id TEXT NOT NULL, message_id TEXT NOT NULL, job_id TEXT, "
    "started_at BIGINT, PRIMARY KEY (business_id, message_id))"
    "\n;\n"
    "CREATE TABLE message_report (provider_id TEXT NOT NULL, state BIGINT NOT NULL, error TEXT, at BIGINT NOT NULL, "
    "PRIMARY KEY (provider_id, state))"
    "\n;\n"
    "CREATE TABLE draft (business_id TEXT NOT NULL, conversation_id TEXT NOT NULL, body TEXT NOT NULL, "
    "at BIGINT NOT NULL, PRIMARY KEY (business_id, conversation_id))";

static const char search[] =
    "CREATE VIRTUAL TABLE message_search USING fts5 (text, tokenize = 'trigram', content = '', contentless_delete = 1)"
    "\n;\n"
    "CREATE TABLE message_search_dirty (row_id INTEGER PRIMARY KEY)"
    "\n;\n"
    "CREATE TRIGGER message_search_insert AFTER INSERT ON message WHEN new.search_text IS NOT NULL BEGIN "
    "INSERT INTO message_search_dirty (row_id) VALUES (new.row_id) ON CONFLICT DO NOTHING; END"
    "\n;\n"
    "CREATE TRIGGER message_search_update AFTER UPDATE OF search_text, deleted_at ON message "
    "WHEN old.search_text IS NOT new.search_text OR old.deleted_at IS NOT new.deleted_at BEGIN "
    "INSERT INTO message_search_dirty (row_id) VALUES (new.row_id) ON CONFLICT DO NOTHING; END"
    "\n;\n"
    "CREATE TRIGGER message_search_delete AFTER DELETE ON message BEGIN "
    "INSERT INTO message_search_dirty (row_id) VALUES (old.row_id) ON CONFLICT DO NOTHING; END";

/* A message's text is in its own row, and indexed there. */
static const char postgres_search[] =
    "CREATE EXTENSION IF NOT EXISTS pg_trgm"
    "\n;\n"
    "CREATE INDEX message_search_text ON message USING gin (search_text gin_trgm_ops) "
    "WHERE deleted_at IS NULL AND search_text IS NOT NULL"
    "\n;\n"
    "CREATE VIEW message_search WITH (security_invoker = true) AS SELECT business_id, row_id, search_text AS text "
    "FROM message WHERE deleted_at IS NULL AND search_text IS NOT NULL";

static const MokedMigration migrations[] = {
  { 1, tables, search, postgres_search },
  { 0 },
};

static const char reindex[] =
    "DELETE FROM message_search WHERE rowid IN (SELECT row_id FROM message_search_dirty WHERE row_id <= $1)"
    "\n;\n"
    "INSERT INTO message_search (rowid, text) SELECT m.row_id, m.search_text "
    "FROM message_search_dirty d JOIN message m ON m.row_id = d.row_id "
    "WHERE d.row_id <= $1 AND m.deleted_at IS NULL AND m.search_text IS NOT NULL";

static const MokedIndex indexes[] = {
  { "message", "message_search_dirty", reindex },
  { 0 },
};

const MokedSchemaPart moked_messages_schema = { "messages", entities, migrations, indexes };
