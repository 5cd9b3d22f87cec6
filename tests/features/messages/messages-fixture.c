/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "messages-fixture.h"

gboolean
receive (MokedSession *session,
         gpointer      data,
         GError      **error)
{
  Arrival *arrival = data;

  moked_received_clear (&arrival->received);
  return moked_message_service_receive (session, &arrival->message, arrival->at, &office_actor, &arrival->received,
                                        error);
}

Arrival
arrival_of (OfficeFixture *f,
            const char    *provider_id,
            const char    *body)
{
  return (Arrival) {
    .message = {
      .provider_id = (char *) provider_id, .channel = (char *) "whatsapp", .from = (char *) NOA,
      .from_kind = (char *) "phone", .to = (char *) OFFICE_PHONE, .profile_name = (char *) "נועה לדוגמה",
      .body = (char *) body,
    },
    .at = moked_clock_get_real (f->clock),
  };
}

MokedConversation *
the_conversation (OfficeFixture *f)
{
  MokedConversation *conversation = office_fixture_find (f, &moked_conversation_info, "e.business_id = $1");

  g_assert_cmpint (office_fixture_count (f, "conversation"), ==, 1);
  return conversation;
}
