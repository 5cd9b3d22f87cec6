/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "files/moked-file-store.h"
#include "sync/moked-cache.h"
#include "sync/moked-http-transport.h"

G_BEGIN_DECLS

/**
 * MokedAttachmentStep:
 * @MOKED_ATTACHMENT_RESTING: nothing is being done
 * @MOKED_ATTACHMENT_WAITING: it was asked for, or it failed and is tried again
 * @MOKED_ATTACHMENT_SENDING: it is on its way to the service
 * @MOKED_ATTACHMENT_FETCHING: it is on its way to this computer
 */
typedef enum
{
  MOKED_ATTACHMENT_RESTING,
  MOKED_ATTACHMENT_WAITING,
  MOKED_ATTACHMENT_SENDING,
  MOKED_ATTACHMENT_FETCHING,
} MokedAttachmentStep;

/**
 * MokedAttachmentProgress:
 * @done: bytes of @size
 * @error: (nullable): why the last try failed; the queue's
 */
typedef struct
{
  MokedAttachmentStep step;
  gint64              done;
  gint64              size;
  const GError       *error;
} MokedAttachmentProgress;

#define MOKED_TYPE_ATTACHMENT_QUEUE (moked_attachment_queue_get_type ())
G_DECLARE_FINAL_TYPE (MokedAttachmentQueue, moked_attachment_queue, MOKED, ATTACHMENT_QUEUE, GObject)

MokedAttachmentQueue *moked_attachment_queue_new           (MokedCache              *cache,
                                                            MokedFileStore          *files,
                                                            MokedClock              *clock);
void                  moked_attachment_queue_set_transport (MokedAttachmentQueue    *self,
                                                            MokedHttpTransport      *transport);
void                  moked_attachment_queue_set_automatic (MokedAttachmentQueue    *self,
                                                            gint64                   max_size);
DexFuture            *moked_attachment_queue_stop          (MokedAttachmentQueue    *self) G_GNUC_WARN_UNUSED_RESULT;
void                  moked_attachment_queue_wake          (MokedAttachmentQueue    *self);
void                  moked_attachment_queue_fetch         (MokedAttachmentQueue    *self,
                                                            const char              *sha256,
                                                            gint64                   size);
void                  moked_attachment_queue_retry         (MokedAttachmentQueue    *self,
                                                            const char              *sha256);
void                  moked_attachment_queue_cancel        (MokedAttachmentQueue    *self,
                                                            const char              *sha256);
void                  moked_attachment_queue_look          (MokedAttachmentQueue    *self,
                                                            const char              *sha256,
                                                            MokedAttachmentProgress *out_progress);
MokedFileStore       *moked_attachment_queue_get_files     (MokedAttachmentQueue    *self);

G_END_DECLS
