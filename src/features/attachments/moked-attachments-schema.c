/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/attachments/moked-attachment.h"
#include "features/attachments/moked-attachments.h"

static const MokedEntityInfo *const entities[] = { &moked_attachment_info, NULL };

/* By whom they belong to, by content, and what still waits for its bytes: few, whatever the office has. */
static const char indexes[] =
    "CREATE INDEX attachment_by_customer ON attachment (business_id, customer_id, created_at)"
    "\n;\n"
    "CREATE INDEX attachment_by_content ON attachment (business_id, sha256)"
    "\n;\n"
    "CREATE INDEX attachment_not_stored ON attachment (business_id, id) "
    "WHERE deleted_at IS NULL AND coalesce(stored, '') <> sha256"
    "\n;\n"
    "CREATE INDEX attachment_by_age ON attachment (business_id, created_at) WHERE deleted_at IS NULL";

static const MokedMigration migrations[] = {
  { 1, indexes, NULL },
  { 0 },
};

const MokedSchemaPart moked_attachments_schema = { "attachments", entities, migrations, NULL };
