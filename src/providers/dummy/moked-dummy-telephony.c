/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "providers/dummy/moked-dummy-telephony.h"

#include "base/moked-error.h"

/**
 * MokedDummyTelephony:
 *
 * Stands where no vendor of calls is set up: nobody calls.
 */
struct _MokedDummyTelephony
{
  GObject parent_instance;
};

static const char *
get_name (MokedTelephony *telephony)
{
  return "dummy";
}

static gboolean
verify (MokedTelephony           *telephony,
        const MokedSignedRequest *request,
        GError                  **error)
{
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORBIDDEN, "No vendor of calls is set up");
  return FALSE;
}

static MokedCallEvent *
parse_event (MokedTelephony *telephony,
             MokedForm      *form,
             GError        **error)
{
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "No vendor of calls is set up");
  return NULL;
}

static char *
dup_answer (MokedTelephony        *telephony,
            const MokedCallAnswer *answer)
{
  return g_strdup ("<Response/>");
}

static void
telephony_iface_init (MokedTelephonyInterface *iface)
{
  iface->get_name = get_name;
  iface->verify = verify;
  iface->parse_event = parse_event;
  iface->dup_answer = dup_answer;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (MokedDummyTelephony, moked_dummy_telephony, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MOKED_TYPE_TELEPHONY, telephony_iface_init))

static void
moked_dummy_telephony_class_init (MokedDummyTelephonyClass *klass)
{
}

static void
moked_dummy_telephony_init (MokedDummyTelephony *self)
{
}

/**
 * moked_dummy_telephony_new:
 *
 * Returns: (transfer full): a vendor without calls
 */
MokedTelephony *
moked_dummy_telephony_new (void)
{
  return g_object_new (MOKED_TYPE_DUMMY_TELEPHONY, NULL);
}
