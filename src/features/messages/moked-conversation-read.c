/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/messages/moked-conversation-read.h"

#include "base/moked-text.h"
#include "store/moked-entity-store.h"

/**
 * moked_conversation_read_new:
 * @id: (nullable): a conversation
 * @customer_id: (nullable): or a person
 *
 * Returns: (transfer full): what is to be read
 */
MokedConversationRead *
moked_conversation_read_new (const char *id,
                             const char *customer_id)
{
  MokedConversationRead *self = g_atomic_rc_box_new0 (MokedConversationRead);

  self->id = g_strdup (id);
  self->customer_id = g_strdup (customer_id);
  return self;
}

MokedConversationRead *
moked_conversation_read_ref (MokedConversationRead *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  MokedConversationRead *self = data;

  g_free (self->id);
  g_free (self->customer_id);
  g_clear_object (&self->conversation);
  g_free (self->name);
  g_free (self->draft);
}

void
moked_conversation_read_unref (MokedConversationRead *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static gpointer
find_conversation (MokedConversationRead *self,
                   MokedSession          *session,
                   GError               **error)
{
  if (self->id != NULL)
    return moked_entity_store_find (session, &moked_conversation_info, error,
                                    "business_id = $1 AND id = $2 AND deleted_at IS NULL", "t", self->id);
  return moked_entity_store_find (session, &moked_conversation_info, error,
                                  "business_id = $1 AND customer_id = $2 AND deleted_at IS NULL "
                                  "ORDER BY last_message_at DESC LIMIT 1",
                                  "t", self->customer_id);
}

static gboolean
read_text (MokedSession *session,
           char        **text,
           GError      **error,
           const char   *sql,
           const char   *id)
{
  g_autoptr (MokedCursor) cursor = moked_session_query (session, error, sql, "t", id);
  g_autoptr (GError) local_error = NULL;

  if (cursor == NULL)
    return FALSE;
  if (moked_cursor_next (cursor, &local_error))
    g_set_str (text, moked_cursor_get_text (cursor, 0));
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
read_first_unread (MokedConversationRead *self,
                   MokedSession          *session,
                   GError               **error)
{
  g_autoptr (MokedCursor) cursor = NULL;
  g_autoptr (GError) local_error = NULL;

  if (self->conversation->unread == 0)
    return TRUE;
  cursor = moked_session_query (session, error,
                                "SELECT created_at FROM message WHERE business_id = $1 AND conversation_id = $2 "
                                "AND direction = 'in' AND deleted_at IS NULL "
                                "ORDER BY created_at DESC LIMIT 1 OFFSET $3",
                                "ti", moked_entity_get_id (self->conversation), self->conversation->unread - 1);
  if (cursor == NULL)
    return FALSE;
  if (moked_cursor_next (cursor, &local_error))
    self->first_unread = moked_cursor_get_int (cursor, 0);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static DexFuture *
read_in_session (MokedSession *session,
                 gpointer      user_data)
{
  MokedConversationRead *self = user_data;
  GError *error = NULL;

  self->conversation = find_conversation (self, session, &error);
  if (self->conversation != NULL &&
      read_text (session, &self->name, &error, "SELECT name FROM customer WHERE business_id = $1 AND id = $2",
                 self->conversation->customer_id) &&
      read_text (session, &self->draft, &error,
                 "SELECT body FROM draft WHERE business_id = $1 AND conversation_id = $2",
                 moked_entity_get_id (self->conversation)))
    (void) !read_first_unread (self, session, &error);
  return error != NULL ? dex_future_new_for_error (error) : dex_future_new_true ();
}

/**
 * moked_conversation_read_run:
 * @self: what is to be read
 * @cache: where
 *
 * Returns: (transfer full): resolves when @self is filled; its conversation is %NULL when there is none
 */
DexFuture *
moked_conversation_read_run (MokedConversationRead *self,
                             MokedCache            *cache)
{
  return moked_cache_read (cache, read_in_session, moked_conversation_read_ref (self),
                           (GDestroyNotify) moked_conversation_read_unref);
}

typedef struct
{
  char *conversation_id;
  char *body;
} Draft;

static void
draft_free (gpointer data)
{
  Draft *draft = data;

  g_free (draft->conversation_id);
  g_free (draft->body);
  g_free (draft);
}

static DexFuture *
write_in_session (MokedSession *session,
                  gpointer      user_data)
{
  Draft *draft = user_data;
  GError *error = NULL;
  gboolean done;

  if (moked_text_is_blank (draft->body))
    done = moked_session_exec (session, &error, "DELETE FROM draft WHERE business_id = $1 AND conversation_id = $2", "t",
                               draft->conversation_id);
  else
    done = moked_session_exec (session, &error,
                               "INSERT INTO draft (business_id, conversation_id, body, at) VALUES ($1, $2, $3, $4) "
                               "ON CONFLICT (business_id, conversation_id) DO UPDATE SET body = $3, at = $4",
                               "tti", draft->conversation_id, draft->body, moked_session_get_now (session));
  return done ? dex_future_new_true () : dex_future_new_for_error (error);
}

/**
 * moked_draft_write:
 * @cache: where
 * @conversation_id: whose
 * @body: what was typed until now; blank takes the draft away
 *
 * Returns: (transfer full): resolves when it is kept
 */
DexFuture *
moked_draft_write (MokedCache *cache,
                   const char *conversation_id,
                   const char *body)
{
  Draft *draft = g_new (Draft, 1);

  *draft = (Draft) { g_strdup (conversation_id), g_strdup (body) };
  return moked_cache_write_local (cache, write_in_session, draft, draft_free);
}

static DexFuture *
take_in_session (MokedSession *session,
                 gpointer      user_data)
{
  Draft *draft = user_data;
  GError *error = NULL;

  moked_session_mark_changed (session, MOKED_DRAFT_TAKEN);
  return moked_session_exec (session, &error,
                             "INSERT INTO draft (business_id, conversation_id, body, at) VALUES ($1, $2, $3, $4) "
                             "ON CONFLICT (business_id, conversation_id) "
                             "DO UPDATE SET body = draft.body || $5 || $3, at = $4",
                             "ttit", draft->conversation_id, draft->body, moked_session_get_now (session), "\n")
             ? dex_future_new_true ()
             : dex_future_new_for_error (error);
}

/**
 * moked_draft_take:
 * @cache: where
 * @conversation_id: whose
 * @body: what was written before; it comes after what is typed there now
 *
 * Returns: (transfer full): resolves when it is where one writes
 */
DexFuture *
moked_draft_take (MokedCache *cache,
                  const char *conversation_id,
                  const char *body)
{
  Draft *draft = g_new (Draft, 1);

  *draft = (Draft) { g_strdup (conversation_id), g_strdup (body) };
  return moked_cache_write_local (cache, take_in_session, draft, draft_free);
}
