/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-settings-routes.h"

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "features/moked-context.h"
#include "features/office/moked-office-service.h"
#include "providers/twilio/moked-twilio-messaging.h"

/* GET and PUT /api/settings/twilio, POST /api/settings/twilio/check. Secrets go in and never come out. Only
 * owners may look: whoever holds the token of a vendor can write in the office's name. */

#define MAX_TEXT 300

/* Handlers know the features' context; the vendors' settings belong to the service around it. */
static MokedService *the_service;

/**
 * moked_settings_routes_set_service:
 * @service: outlives the server
 */
void
moked_settings_routes_set_service (MokedService *service)
{
  the_service = service;
}

static DexFuture *
check_owner_in_session (MokedSession *session,
                        gpointer      data)
{
  GError *error = NULL;

  if (!moked_office_service_check_role (session, data, MOKED_USER_OWNER, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

static gboolean
check_owner (MokedRequest *request,
             MokedContext *context,
             GError      **error)
{
  return dex_await (moked_store_read (moked_context_get_store (context), moked_request_get_business (request),
                                      check_owner_in_session, g_strdup (moked_request_get_user_id (request)), g_free),
                    error);
}

static void
add_setting (yyjson_mut_doc *doc,
             const char     *name,
             const char     *group,
             const char     *key)
{
  g_autofree char *value = moked_service_config_dup (moked_service_get_config (the_service), group, key);
  yyjson_mut_val *root = yyjson_mut_doc_get_root (doc);

  yyjson_mut_obj_add_val (doc, root, name, value != NULL ? yyjson_mut_strcpy (doc, value) : yyjson_mut_null (doc));
}

static MokedReply *
get_twilio (MokedRequest *request,
            MokedContext *context,
            GError      **error)
{
  g_autofree char *token = NULL;
  yyjson_mut_doc *doc;

  if (!check_owner (request, context, error))
    return NULL;
  token = moked_providers_dup_secret (moked_service_get_providers (the_service), "twilio", "auth-token");
  doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_doc_set_root (doc, yyjson_mut_obj (doc));
  add_setting (doc, "account_sid", "twilio", "account-sid");
  add_setting (doc, "number", "twilio", "number");
  add_setting (doc, "public_url", "server", "public-url");
  yyjson_mut_obj_add_bool (doc, yyjson_mut_doc_get_root (doc), "has_token", token != NULL);
  yyjson_mut_obj_add_str (doc, yyjson_mut_doc_get_root (doc), "provider",
                          moked_messaging_get_name (moked_context_get_messaging (context)));
  return moked_reply_new_json (doc);
}

/* A member that is there is written, `null` or empty removes it. */
static gboolean
save_setting (yyjson_val *json,
              const char *name,
              const char *group,
              const char *key,
              GError    **error)
{
  const char *value = NULL;

  if (yyjson_obj_get (json, name) == NULL)
    return TRUE;
  if (!moked_json_get_optional_string (json, name, MAX_TEXT, &value, error))
    return FALSE;
  return moked_service_config_save (moked_service_get_config (the_service), group, key,
                                    value != NULL && *value != '\0' ? value : NULL, error);
}

static MokedReply *
put_twilio (MokedRequest *request,
            MokedContext *context,
            GError      **error)
{
  MokedProviders *providers = moked_service_get_providers (the_service);
  yyjson_val *json = moked_request_get_json (request, error);
  const char *token = NULL;

  if (json == NULL || !check_owner (request, context, error) ||
      !moked_json_get_optional_string (json, "auth_token", MAX_TEXT, &token, error) ||
      !save_setting (json, "account_sid", "twilio", "account-sid", error) ||
      !save_setting (json, "number", "twilio", "number", error) ||
      !save_setting (json, "public_url", "server", "public-url", error))
    return NULL;
  if (token != NULL && *token != '\0' &&
      !moked_providers_store_secret (providers, "twilio", "auth-token", token, error))
    return NULL;
  moked_service_reload (the_service);
  return moked_reply_new (204);
}

static MokedReply *
new_check_reply (const char *name,
                 const char *detail)
{
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);

  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_bool (doc, root, "ok", detail == NULL);
  if (name != NULL)
    yyjson_mut_obj_add_strcpy (doc, root, "name", name);
  if (detail != NULL)
    yyjson_mut_obj_add_strcpy (doc, root, "detail", detail);
  return moked_reply_new_json (doc);
}

/* What is in the body is tried before it is saved; what is missing is what is saved. */
static MokedReply *
check_twilio (MokedRequest *request,
              MokedContext *context,
              GError      **error)
{
  MokedProviders *providers = moked_service_get_providers (the_service);
  yyjson_val *json = moked_request_get_json (request, error);
  const char *sid = NULL, *given = NULL;
  g_autofree char *token = NULL;
  g_autoptr (MokedTwilioClient) client = NULL;
  g_autoptr (MokedMessaging) messaging = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GError) failure = NULL;

  if (json == NULL || !check_owner (request, context, error) ||
      !moked_json_get_optional_string (json, "account_sid", MAX_TEXT, &sid, error) ||
      !moked_json_get_optional_string (json, "auth_token", MAX_TEXT, &given, error))
    return NULL;
  token = given != NULL && *given != '\0' ? g_strdup (given)
                                          : moked_providers_dup_secret (providers, "twilio", "auth-token");
  if (token == NULL)
    return new_check_reply (NULL, "The auth token is missing");
  client = moked_providers_new_twilio (providers, sid != NULL && *sid != '\0' ? sid : NULL, token);
  messaging = moked_twilio_messaging_new (client);
  name = dex_await_string (moked_messaging_check (messaging), &failure);
  return new_check_reply (name, failure != NULL ? failure->message : NULL);
}

const MokedRoute moked_settings_routes[] = {
  { "GET", "/api/settings/twilio", get_twilio },
  { "PUT", "/api/settings/twilio", put_twilio },
  { "POST", "/api/settings/twilio/check", check_twilio },
  { NULL },
};
