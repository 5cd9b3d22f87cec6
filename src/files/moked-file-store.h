/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/moked-worker.h"

G_BEGIN_DECLS

#define MOKED_TYPE_FILE_STORE (moked_file_store_get_type ())
G_DECLARE_FINAL_TYPE (MokedFileStore, moked_file_store, MOKED, FILE_STORE, GObject)

/**
 * MokedFileFault:
 * @step: `piece`, `written`, `synced` or `renamed`: what was just done
 *
 * For tests, which end the process at this very moment.
 */
typedef void (*MokedFileFault) (const char *step,
                                gpointer    user_data);

/**
 * MokedStoredFile:
 * @sha256: its name in the store
 * @head: its first bytes, enough to tell what it is
 */
typedef struct
{
  char   *sha256;
  gint64  size;
  GBytes *head;
} MokedStoredFile;

MokedFileStore *moked_file_store_new        (const char      *path);
DexFuture      *moked_file_store_run        (MokedFileStore  *self,
                                             MokedWorkFunc    func,
                                             gpointer         data,
                                             GDestroyNotify   destroy) G_GNUC_WARN_UNUSED_RESULT;
gboolean        moked_file_store_is_hash    (const char      *text);
char           *moked_file_store_dup_path   (MokedFileStore  *self,
                                             const char      *area,
                                             const char      *sha256);
gboolean        moked_file_store_has        (MokedFileStore  *self,
                                             const char      *area,
                                             const char      *sha256,
                                             gint64          *out_size);
gboolean        moked_file_store_claim      (MokedFileStore  *self,
                                             const char      *area,
                                             const char      *sha256,
                                             gint64           size,
                                             gboolean        *out_here,
                                             GError         **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes         *moked_file_store_read       (MokedFileStore  *self,
                                             const char      *area,
                                             const char      *sha256,
                                             gint64           offset,
                                             gsize            length,
                                             GError         **error);
gboolean        moked_file_store_check      (MokedFileStore  *self,
                                             const char      *area,
                                             const char      *sha256,
                                             GError         **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean        moked_file_store_copy_out   (MokedFileStore  *self,
                                             const char      *area,
                                             const char      *sha256,
                                             GFile           *target,
                                             GCancellable    *cancellable,
                                             GError         **error) G_GNUC_WARN_UNUSED_RESULT;

/* A file that comes in pieces. */
gint64          moked_file_store_get_offset (MokedFileStore  *self,
                                             const char      *area,
                                             const char      *sha256);
gboolean        moked_file_store_append     (MokedFileStore  *self,
                                             const char      *area,
                                             const char      *sha256,
                                             gint64           size,
                                             gint64           offset,
                                             GBytes          *bytes,
                                             gint64          *out_offset,
                                             GError         **error) G_GNUC_WARN_UNUSED_RESULT;

/* A file of this computer. */
gboolean        moked_file_store_import     (MokedFileStore  *self,
                                             const char      *area,
                                             GFile           *source,
                                             GCancellable    *cancellable,
                                             MokedStoredFile *out_file,
                                             GError         **error) G_GNUC_WARN_UNUSED_RESULT;
void            moked_stored_file_clear     (MokedStoredFile *file);

/* What nothing refers to any more. */
GStrv           moked_file_store_list_areas (MokedFileStore  *self);
GPtrArray      *moked_file_store_list_idle  (MokedFileStore  *self,
                                             const char      *area,
                                             gint64           idle_since);
gboolean        moked_file_store_remove_idle (MokedFileStore *self,
                                             const char      *area,
                                             const char      *sha256,
                                             gint64           idle_since);
void            moked_file_store_sweep_parts (MokedFileStore *self,
                                             const char      *area,
                                             gint64           idle_since);

void            moked_file_store_set_fault  (MokedFileStore  *self,
                                             MokedFileFault   fault,
                                             gpointer         user_data);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MokedStoredFile, moked_stored_file_clear)

G_END_DECLS
