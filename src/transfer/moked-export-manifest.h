/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gint64   size;
  char    *sha256;
  gboolean seen;
} MokedExportMember;

/**
 * MokedExportManifest:
 * @made_at: (nullable): RFC 3339
 * @members: name → #MokedExportMember
 * @size: of all members
 *
 * What an export says of itself.
 */
typedef struct
{
  char       *made_at;
  GHashTable *members;
  gint64      size;
} MokedExportManifest;

MokedExportManifest *moked_export_manifest_parse (const char           *json,
                                                  gsize                 length,
                                                  GError              **error);
void                 moked_export_manifest_free  (MokedExportManifest  *self);
gboolean             moked_export_name_is_sound  (const char           *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedExportManifest, moked_export_manifest_free)

G_END_DECLS
