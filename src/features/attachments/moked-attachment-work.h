/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "files/moked-file-store.h"
#include "sync/moked-cache.h"

G_BEGIN_DECLS

/* A content that has a way to go. */
typedef struct
{
  char  *sha256;
  gint64 size;
} MokedAttachmentWork;

MokedAttachmentWork *moked_attachment_work_new         (const char     *sha256,
                                                        gint64          size);
void                 moked_attachment_work_free        (gpointer        work);
DexFuture           *moked_attachment_work_list_unsent (MokedCache     *cache,
                                                        MokedFileStore *files) G_GNUC_WARN_UNUSED_RESULT;
DexFuture           *moked_attachment_work_list_small  (MokedCache     *cache,
                                                        MokedFileStore *files,
                                                        gint64          max_size) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
