/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/moked-router.h"
#include "store/moked-session.h"

G_BEGIN_DECLS

typedef struct _MokedWebhook MokedWebhook;
typedef struct _MokedInboxRow MokedInboxRow;

/**
 * MokedInboxRow:
 * @id: row of the inbox; grows with arrival
 * @webhook: the path of its webhook
 * @headers: the kept headers, one `Name: value` a line
 * @received_at: microseconds since 1970
 * @attempt: 1 at the first try to apply it
 *
 * A vendor's request as it was stored, unchanged.
 */
struct _MokedInboxRow
{
  gint64      id;
  const char *webhook;
  const char *dedup_key;
  const char *headers;
  GBytes     *body;
  gint64      received_at;
  guint       attempt;
};

/**
 * MokedWebhook:
 * @path: such as `/webhook/whatsapp`; always POST
 * @provider: who calls, such as `twilio`; the dedup key is unique within it
 * @verify: checks the signature over the raw bytes and @url, the configured public address of this
 *   webhook (with the query of this request). %MOKED_ERROR_FORMAT means 400, any other error 403. On the
 *   serving thread: no IO.
 * @dup_key: what names this delivery, such as `message:SM…`: a second one changes nothing. An error
 *   (%MOKED_ERROR_FORMAT) means 400. On the serving thread: no IO.
 * @dup_order: (nullable): rows with the same text are applied one after the other in the order of
 *   their arrival; without it every row of the webhook is
 * @reply: (nullable): a handler (inside a fiber) for the answer, after the row is safely stored and
 *   also on a repeated delivery; without it an empty 200
 * @apply: does what the row says, in one transaction on a store thread, with no business set: find
 *   it, then moked_session_set_business(). A temporary error (moked_error_is_temporary()) is tried
 *   again later; any other marks the row `failed`.
 *
 * A static table of these, ended by a zero entry, is what a feature receives from vendors.
 */
struct _MokedWebhook
{
  const char    *path;
  const char    *provider;
  gboolean     (*verify)    (MokedRequest        *request,
                             const char          *url,
                             MokedContext        *context,
                             GError             **error);
  char        *(*dup_key)   (MokedRequest        *request,
                             GError             **error);
  char        *(*dup_order) (MokedRequest        *request);
  MokedHandler   reply;
  gboolean     (*apply)     (MokedSession        *session,
                             const MokedInboxRow *row,
                             MokedContext        *context,
                             GError             **error);
};

G_END_DECLS
