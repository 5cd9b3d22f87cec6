/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-office-command.h"

#include <stdio.h>
#include <yyjson.h>

#include "base/moked-error.h"
#include "base/moked-ulid.h"
#include "features/moked-demo-bulk.h"
#include "features/moked-feature.h"
#include "sync/moked-change-log.h"

/* What the command line does to an office: make one, make the demo, pair a device. All in fibers. */

#define DEMO_SEED 1948
#define DEVICE_NAME "moked-service"

/* So many people are written in bulk. */
#define LARGE 20000

typedef struct
{
  const MokedOfficeSetup *setup;
  MokedNewOffice         *office;
  const char             *device_name;
} Work;

void
moked_new_office_free (MokedNewOffice *self)
{
  g_free (self->business);
  g_free (self->user_id);
  g_free (self->token);
  g_free (self);
}

/**
 * moked_new_office_dup_json:
 *
 * Returns: (transfer full): one line with `business`, `user` and `token`
 */
char *
moked_new_office_dup_json (MokedNewOffice *self)
{
  return g_strdup_printf ("{\"business\":\"%s\",\"user\":\"%s\",\"token\":\"%s\"}", self->business, self->user_id,
                          self->token);
}

static DexFuture *
result_of (gboolean done,
           GError  *error)
{
  return done ? dex_future_new_true () : dex_future_new_for_error (error);
}

static DexFuture *
create_in_session (MokedSession *session,
                   gpointer      data)
{
  Work *work = data;
  GError *error = NULL;
  gboolean done = moked_office_service_create (session, work->setup, &work->office->business, &work->office->user_id,
                                               &work->office->token, &error);

  return result_of (done, error);
}

/**
 * moked_office_command_create:
 * @service: an open service
 *
 * Returns: (transfer full) (nullable): the new office
 */
MokedNewOffice *
moked_office_command_create (MokedService           *service,
                             const MokedOfficeSetup *setup,
                             GError                **error)
{
  g_autoptr (MokedNewOffice) office = g_new0 (MokedNewOffice, 1);
  Work work = { setup, office };

  if (!dex_await (moked_store_write (moked_service_get_store (service), MOKED_PRIORITY_URGENT, NULL,
                                     create_in_session, &work, NULL),
                  error))
    return NULL;
  return g_steal_pointer (&office);
}

static DexFuture *
pair_in_session (MokedSession *session,
                 gpointer      data)
{
  Work *work = data;
  MokedNewOffice *office = work->office;
  GError *error = NULL;

  if (!moked_office_service_find_first_user (session, &office->business, &office->user_id, &error))
    return dex_future_new_for_error (error);
  if (office->business == NULL)
    return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_NOT_FOUND, "There is no office here yet");
  return result_of (moked_auth_revoke_by_name (session, work->device_name, &error) &&
                        moked_auth_pair (session, office->business, office->user_id, work->device_name,
                                         &office->token, &error),
                    error);
}

/**
 * moked_office_command_pair:
 * @device_name: an earlier device of this name is unpaired
 * @error: %MOKED_ERROR_NOT_FOUND when there is no office
 *
 * Returns: (transfer full) (nullable): a new token for the owner of the only office
 */
MokedNewOffice *
moked_office_command_pair (MokedService *service,
                           const char   *device_name,
                           GError      **error)
{
  g_autoptr (MokedNewOffice) office = g_new0 (MokedNewOffice, 1);
  Work work = { NULL, office, device_name };

  if (!dex_await (moked_store_write (moked_service_get_store (service), MOKED_PRIORITY_URGENT, NULL, pair_in_session,
                                     &work, NULL),
                  error))
    return NULL;
  return g_steal_pointer (&office);
}

/* The demo ------------------------------------------------------------------------------------------------ */

static const struct
{
  const char   *name;
  const char   *email;
  MokedUserRole role;
} colleagues[] = {
  { "רונית כהן-צדק", "ronit@shay-demo.example", MOKED_USER_MANAGER },
  { "אמיר דיין", "amir@shay-demo.example", MOKED_USER_AGENT },
  { "מאיה פרידמן", "maya@shay-demo.example", MOKED_USER_AGENT },
  { "יוסי ביטון", "yossi@shay-demo.example", MOKED_USER_AGENT },
};

static const MokedOfficeSetup demo_setup = {
  .name = "שי דירות ומשרדים בע״מ",
  .number = "514271832",
  .phone = "+97237654321",
  .user_name = "שי אברהמי",
  .user_email = "shay@shay-demo.example",
  .device_name = DEVICE_NAME,
};

typedef struct
{
  MokedActor actor;
  char      *ids[G_N_ELEMENTS (colleagues)];
} Colleagues;

static DexFuture *
save_colleagues (MokedSession *session,
                 gpointer      data)
{
  Colleagues *work = data;
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (colleagues); i++)
    {
      g_autoptr (MokedUser) user = MOKED_USER (moked_entity_new (&moked_user_info, work->ids[i]));

      user->name = g_strdup (colleagues[i].name);
      user->email = g_strdup (colleagues[i].email);
      user->role = colleagues[i].role;
      if (!moked_change_log_save (session, user, &work->actor, &error))
        return dex_future_new_for_error (error);
    }
  return dex_future_new_true ();
}

static void
print_progress (MokedDemo  *demo,
                const char *step,
                double      done)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (number, sizeof number, "%.3f", CLAMP (done, 0, 1));
  /* Standard output has the one line with the result. */
  g_printerr ("{\"progress\":%s,\"step\":\"%s\"}\n", number, step);
}

static gboolean
fill (MokedDemo *demo,
      GError   **error)
{
  const MokedFeature *const *features = moked_features_get ();
  gboolean large = demo->n_customers >= LARGE;
  g_autoptr (GPtrArray) indexes = large ? moked_demo_drop_indexes (demo->store, error) : NULL;

  if (large && indexes == NULL)
    return FALSE;
  for (guint i = 0; features[i] != NULL; i++)
    if (features[i]->demo != NULL && !features[i]->demo (demo, error))
      return FALSE;
  return !large || moked_demo_make_indexes (demo->store, indexes, error);
}

static gboolean
add_colleagues (MokedDemo *demo,
                GPtrArray *user_ids,
                GError   **error)
{
  Colleagues work = { demo->actor };

  for (guint i = 0; i < G_N_ELEMENTS (colleagues); i++)
    {
      work.ids[i] = moked_ulid_new (NULL);
      g_ptr_array_add (user_ids, work.ids[i]);
    }
  return dex_await (moked_store_write (demo->store, MOKED_PRIORITY_URGENT, demo->business, save_colleagues, &work,
                                       NULL), error);
}

/**
 * moked_office_command_demo:
 * @service: an open service without an office
 * @n_customers: how many people it is to know
 * @n_messages: how many messages exactly; 0: as many as such an office has
 *
 * Makes the demo office and has every feature fill it. Prints a line of progress now and then.
 *
 * Returns: (transfer full) (nullable): the demo office
 */
MokedNewOffice *
moked_office_command_demo (MokedService *service,
                           guint         n_customers,
                           guint         n_messages,
                           GError      **error)
{
  g_autoptr (MokedNewOffice) office = moked_office_command_create (service, &demo_setup, error);
  g_autoptr (GPtrArray) user_ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GRand) rand = g_rand_new_with_seed (DEMO_SEED);
  MokedDemo demo = { moked_service_get_store (service) };

  if (office == NULL)
    return NULL;
  demo.business = office->business;
  demo.owner_id = office->user_id;
  demo.n_customers = n_customers;
  demo.n_messages = n_messages;
  demo.now = g_get_real_time ();
  demo.rand = rand;
  demo.actor = (MokedActor) { office->user_id, "demo", NULL };
  demo.progress = print_progress;
  g_ptr_array_add (user_ids, g_strdup (office->user_id));
  if (!add_colleagues (&demo, user_ids, error))
    return NULL;
  g_ptr_array_add (user_ids, NULL);
  demo.user_ids = (const char *const *) user_ids->pdata;
  return fill (&demo, error) ? g_steal_pointer (&office) : NULL;
}
