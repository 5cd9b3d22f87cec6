/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/customers/moked-customers.h"

#include "base/moked-error.h"
#include "features/customers/moked-customer-service.h"

/* customer.touch {"customer_id","what"}: a note was written on a device, so something happened with the
 * customer. The time is the service's own. */
static gboolean
run_touch (MokedSession     *session,
           yyjson_val       *args,
           const MokedActor *actor,
           GError          **error)
{
  const char *customer_id = yyjson_get_str (yyjson_obj_get (args, "customer_id"));
  const char *what = yyjson_get_str (yyjson_obj_get (args, "what"));

  if (customer_id == NULL)
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_REJECTED, "‘customer_id’ is missing");
      return FALSE;
    }
  return moked_customer_service_touch (session, customer_id, moked_session_get_now (session), what, actor, error);
}

const MokedCommand moked_customers_commands[] = {
  { "customer.touch", run_touch },
  { 0 },
};
