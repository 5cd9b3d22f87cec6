/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/customers/moked-customers.h"

#include <string.h>

#include "features/customers/moked-customer.h"
#include "features/customers/moked-identity.h"
#include "features/customers/moked-note.h"
#include "features/moked-demo-scene.h"

/* The people of the demo office. Mobile numbers go on with 0 or 1 after the prefix, and identity numbers
 * begin with 8: neither was ever given to anybody. */

#define PAST_DAYS 420
#define MOBILES 13999999

typedef struct
{
  MokedDemo       *demo;
  MokedDemoWriter *writer;
  guint            index;
  gint64           at;
} Maker;

typedef struct
{
  const char *tag;
  const char *more[4];
  const char *wants[8];
} Kind;

static const Kind kinds[] = {
  { "קונה", { "משכנתא מאושרת", "ממתין למשכנתא", "דירה ראשונה", NULL },
    { "{מחפש|מחפשת} {rooms} חדרים ב{city} או בסביבה, עד {price}. ממ״ד ומעלית חובה.",
      "דירה ל{עצמו|עצמה}, {rooms} חדרים, עדיפות ל{area}. חניה חשובה, קומה לא משנה.",
      "{מוכר|מוכרת} דירה קיימת ו{צריך|צריכה} לתאם את מועדי הפינוי. תקציב {price}.",
      "{מעוניין|מעוניינת} רק בבניין אחרי תמ״א או חדש. {sqm} מ״ר לפחות, מרפסת שמש.",
      "זוג צעיר עם תינוק. גן ילדים במרחק הליכה, עד {price} כולל הכול.",
      "עוברים לאזור בגלל בית ספר. כניסה עד סוף אוגוסט, {rooms} חדרים.", NULL } },
  { "שוכר", { "כניסה מיידית", "חיית מחמד", "שותפים", NULL },
    { "שכירות {rooms} חדרים ב{city}, עד {rent} לחודש. {יש לו|יש לה} כלב קטן.",
      "{מחפש|מחפשת} שכירות לשנתיים לפחות, {area}. ערבות בנקאית מוכנה.",
      "שותפים, סטודנטים. {rooms} חדרים, קרוב לרכבת, עד {rent}.",
      "{צריך|צריכה} כניסה מיידית, דירה מרוהטת אפשרית. עד {rent}.", NULL } },
  { "מוכר", { "בלעדיות", "דחוף", "ירושה", NULL },
    { "{מוכר|מוכרת} {rooms} חדרים ב{street} {house}, {city}. מבקשים {price}, גמישים במועד הפינוי.",
      "דירת ירושה ב{area}, שלושה יורשים, כולם מסכימים. {sqm} מ״ר, קומה {floor}.",
      "רוצה לקבל הערכת שווי לפני החלטה. {street} {house}, {city}.",
      "בלעדיות לחצי שנה. שלט על המרפסת, מפתח במשרד. מחיר {price}.", NULL } },
  { "משכיר", { "ניהול נכס", "בלעדיות", NULL },
    { "{משכיר|משכירה} {rooms} חדרים ב{street} {house}, {city}. {rent} לחודש, בלי בעלי חיים.",
      "שתי דירות להשקעה ב{area}, {מבקש|מבקשת} שהמשרד ינהל גם את הגבייה.",
      "השוכר יוצא בסוף החודש. לחדש צילומים, מחיר {rent}.", NULL } },
  { "משקיע", { "מזומן", "פינוי-בינוי", "תשואה", NULL },
    { "{מחפש|מחפשת} דירות קטנות להשקעה, תשואה של 3.5% ומעלה, עד {price}.",
      "{מעוניין|מעוניינת} בפינוי-בינוי בשלב מתקדם ב{city}. הון עצמי מלא.",
      "קונה דרך חברה. לשלוח רק נכסים עם שוכר קיים.", NULL } },
  { "משרדים", { "מסחרי", "קומת קרקע", NULL },
    { "משרד של {sqm} מ״ר ב{city}, חניון בבניין, כניסה ברבעון הבא.",
      "חנות או אולם תצוגה ב{area}, חזית לרחוב, קומת קרקע.", NULL } },
};

static const guint kind_of_hundred[] = { 36, 58, 74, 84, 95, 100 };

static const char *const common_tags[] = {
  "חם", "חם", "חם", "קר", "קר", "VIP", "דובר רוסית", "דובר צרפתית", "לקוח חוזר", "מילואים", NULL,
};
static const char *const sources[] = {
  "whatsapp", "whatsapp", "call", "call", "המלצה", "אתר המשרד", "שלט על נכס", "פורטל נדל״ן", NULL,
};
static const char *const domains[] = { "example.com", "example.net", "example.org", NULL };

static const char *const notes[] = {
  "דיברנו בטלפון. {חוזר|חוזרת} אליי אחרי שבת עם תשובה.",
  "{היה|הייתה} בסיור ב{street} {house}. {אהב|אהבה} את הדירה, המחיר קצת גבוה {לו|לה}.",
  "לשלוח שלוש דירות דומות ב{area}.",
  "{ביקש|ביקשה} לא להתקשר לפני 10:00.",
  "אישור עקרוני למשכנתא עד {price}.",
  "{חתם|חתמה} על הזמנת שירותי תיווך. העותק בתיקייה.",
  "עורכת הדין {שלו|שלה} מבקשת נסח טאבו לפני המשך.",
  "לתאם סיור חוזר עם בני המשפחה ב{day}.",
  "המחיר ירד ל-{less}. לעדכן את מי ש{ראה|ראתה} את הדירה.",
  "{מעדיף|מעדיפה} וואטסאפ על פני שיחות טלפון.",
  "חניה כפולה לא חובה, אבל מחסן כן.",
  "שכנה אמרה שגם הקומה מעל עומדת למכירה. לבדוק.",
  "{קבע|קבעה} איתי פגישה במשרד ב{day} ב-{time}.",
  "לא רלוונטי כרגע, {ביקש|ביקשה} לחזור {אליו|אליה} בעוד חצי שנה.",
  "המפתח אצל {agent}.",
  "השמאי היה. ההערכה נמוכה ב-4% מהמבוקש.",
  NULL,
};

static gboolean
add_identity (Maker            *maker,
              MokedCustomer    *customer,
              MokedIdentityKind kind,
              const char       *value,
              const char       *label,
              GError          **error)
{
  g_autofree char *id = moked_demo_dup_id (maker->demo, maker->at);
  MokedIdentity *identity = MOKED_IDENTITY (moked_entity_new (&moked_identity_info, id));

  moked_entity_set_created_at (identity, maker->at);
  g_set_str (&identity->customer_id, moked_entity_get_id (customer));
  identity->kind = kind;
  g_set_str (&identity->value, value);
  g_set_str (&identity->label, label);
  return moked_demo_writer_add (maker->writer, identity, error);
}

/* Every index has another number: a walk of a length that has no factor in common with the range. */
static char *
dup_mobile (guint64 index)
{
  static const char prefixes[] = "0123458";
  guint64 place = (index * 4900013 + 1234577) % MOBILES;

  return g_strdup_printf ("+9725%c%07u", prefixes[place / 2000000], (guint) (place % 2000000));
}

static char *
dup_id_number (MokedDemo *demo,
               char       first)
{
  char digits[10];
  guint sum = 0;

  g_snprintf (digits, sizeof digits, "%c%07d0", first, g_rand_int_range (demo->rand, 0, 10000000));
  for (guint i = 0; i < 8; i++)
    {
      guint product = (guint) (digits[i] - '0') * (1 + i % 2);

      sum += product / 10 + product % 10;
    }
  digits[8] = (char) ('0' + (10 - sum % 10) % 10);
  return g_strdup (digits);
}

static void
set_place (MokedDemo            *demo,
           MokedCustomer        *customer,
           const MokedDemoPlace *place)
{
  g_set_str (&customer->city, place->city);
  g_free (customer->address);
  customer->address = g_strdup_printf ("%s %d", moked_demo_pick (demo, place->streets),
                                       g_rand_int_range (demo->rand, 1, 120));
}

static const MokedDemoPlace *
pick_place (MokedDemo *demo)
{
  int at = g_rand_int_range (demo->rand, 0, 100);

  for (guint i = 0; i < moked_demo_n_places; i++)
    if ((at -= (int) moked_demo_places[i].weight) < 0)
      return &moked_demo_places[i];
  return &moked_demo_places[0];
}

static void
name_person (MokedDemo     *demo,
             MokedCustomer *customer,
             char         **out_latin)
{
  gboolean woman = moked_demo_chance (demo, 50);
  const MokedDemoName *first = woman ? &moked_demo_women[g_rand_int_range (demo->rand, 0, (gint32) moked_demo_n_women)]
                                     : &moked_demo_men[g_rand_int_range (demo->rand, 0, (gint32) moked_demo_n_men)];
  const MokedDemoName *family = &moked_demo_families[g_rand_int_range (demo->rand, 0, (gint32) moked_demo_n_families)];

  customer->name = g_strconcat (first->hebrew, " ", family->hebrew, NULL);
  *out_latin = g_strconcat (first->latin, ".", family->latin, NULL);
  if (moked_demo_chance (demo, 38))
    customer->id_number = dup_id_number (demo, '8');
}

static void
name_organisation (MokedDemo     *demo,
                   MokedCustomer *customer,
                   char         **out_latin)
{
  static const char *const forms[] = {
    "קבוצת %s יזמות בע״מ", "%s השקעות נדל״ן בע״מ", "עו״ד %s ושות׳", "%s ובניו בע״מ", "%s אדריכלים",
    "מרפאת ד״ר %s", NULL,
  };
  const MokedDemoName *family = &moked_demo_families[g_rand_int_range (demo->rand, 0, (gint32) moked_demo_n_families)];
  g_auto (GStrv) parts = g_strsplit (moked_demo_pick (demo, forms), "%s", 2);

  customer->kind = MOKED_CUSTOMER_ORGANISATION;
  customer->name = g_strconcat (parts[0], family->hebrew, parts[1], NULL);
  *out_latin = g_strconcat ("office.", family->latin, NULL);
  customer->id_number = dup_id_number (demo, '5');
}

static void
set_tags (MokedDemo     *demo,
          MokedCustomer *customer,
          const Kind    *kind)
{
  g_autoptr (GString) tags = g_string_new (kind->tag);

  if (moked_demo_chance (demo, 45))
    g_string_append_printf (tags, "\n%s", moked_demo_pick (demo, kind->more));
  if (moked_demo_chance (demo, 40))
    g_string_append_printf (tags, "\n%s", moked_demo_pick (demo, common_tags));
  customer->tags = moked_set_normalize (tags->str);
}

static void
set_background (MokedDemo            *demo,
                MokedCustomer        *customer,
                const Kind           *kind,
                const MokedDemoPlace *place)
{
  g_auto (MokedDemoScene) scene = { NULL };

  if (!moked_demo_chance (demo, 70))
    return;
  moked_demo_scene_init (&scene, demo, customer->name, "", place);
  customer->notes = moked_demo_scene_expand (&scene, moked_demo_pick (demo, kind->wants));
}

static void
set_status (MokedDemo     *demo,
            MokedCustomer *customer)
{
  int at = g_rand_int_range (demo->rand, 0, 100);

  customer->status = at < 36 ? MOKED_CUSTOMER_LEAD
                     : at < 78 ? MOKED_CUSTOMER_ACTIVE
                     : at < 91 ? MOKED_CUSTOMER_CLOSED
                               : MOKED_CUSTOMER_LOST;
}

static const Kind *
pick_kind (MokedDemo     *demo,
           MokedCustomer *customer)
{
  guint at = (guint) g_rand_int_range (demo->rand, 0, 100);
  guint i = 0;

  if (customer->kind == MOKED_CUSTOMER_ORGANISATION)
    return &kinds[moked_demo_chance (demo, 60) ? 5 : 4];
  while (kind_of_hundred[i] <= at)
    i++;
  return &kinds[i];
}

static MokedCustomer *
make_customer (Maker *maker,
               char **out_latin)
{
  MokedDemo *demo = maker->demo;
  const MokedDemoPlace *place = pick_place (demo);
  g_autofree char *id = moked_demo_dup_id (demo, maker->at);
  MokedCustomer *customer = MOKED_CUSTOMER (moked_entity_new (&moked_customer_info, id));
  const Kind *kind;

  moked_entity_set_created_at (customer, maker->at);
  if (moked_demo_chance (demo, 5))
    name_organisation (demo, customer, out_latin);
  else
    name_person (demo, customer, out_latin);
  kind = pick_kind (demo, customer);
  set_place (demo, customer, place);
  set_tags (demo, customer, kind);
  set_background (demo, customer, kind, place);
  set_status (demo, customer);
  customer->phone = dup_mobile (maker->index);
  g_set_str (&customer->source, moked_demo_pick (demo, sources));
  g_set_str (&customer->owner_id, moked_demo_pick (demo, demo->user_ids));
  customer->last_activity_at = maker->at;
  return customer;
}

static char *
dup_email (Maker      *maker,
           const char *latin)
{
  return g_strdup_printf ("%s%u@%s", latin, maker->index % 1000, moked_demo_pick (maker->demo, domains));
}

/* The first note is what the customer's last activity says, until something is written or said. */
static gboolean
add_note (Maker         *maker,
          MokedCustomer *customer,
          GError       **error)
{
  MokedDemo *demo = maker->demo;
  gint64 later = maker->at + g_rand_int_range (demo->rand, 20, 60 * 24 * 9) * G_TIME_SPAN_MINUTE;
  gint64 at = MIN (later, demo->now - 90 * G_TIME_SPAN_MINUTE);
  g_auto (MokedDemoScene) scene = { NULL };
  g_autofree char *id = moked_demo_dup_id (demo, at);
  MokedNote *note = MOKED_NOTE (moked_entity_new (&moked_note_info, id));

  moked_demo_scene_init (&scene, demo, customer->name, "אמיר", moked_demo_find_place (customer->city));
  moked_entity_set_created_at (note, at);
  g_set_str (&note->customer_id, moked_entity_get_id (customer));
  g_set_str (&note->author_id, moked_demo_pick (demo, demo->user_ids));
  note->body = moked_demo_scene_expand (&scene, moked_demo_pick (demo, notes));
  customer->last_activity_at = at;
  g_set_str (&customer->last_activity, note->body);
  return moked_demo_writer_add (maker->writer, note, error);
}

static gboolean
add_identities (Maker         *maker,
                MokedCustomer *customer,
                const char    *latin,
                GError       **error)
{
  MokedDemo *demo = maker->demo;
  g_autofree char *second = NULL;

  if (moked_demo_chance (demo, 45))
    customer->email = dup_email (maker, latin);
  if (!add_identity (maker, customer, MOKED_IDENTITY_PHONE, customer->phone, NULL, error) ||
      (customer->email != NULL && !add_identity (maker, customer, MOKED_IDENTITY_EMAIL, customer->email, NULL, error)))
    return FALSE;
  if (!moked_demo_chance (demo, 8))
    return TRUE;
  second = dup_mobile (MOBILES / 2 + maker->index);
  return add_identity (maker, customer, MOKED_IDENTITY_PHONE, second, "בן/בת זוג", error);
}

static gboolean
add_customer (Maker  *maker,
              GError **error)
{
  g_autofree char *latin = NULL;
  MokedCustomer *customer = make_customer (maker, &latin);
  gboolean done = add_identities (maker, customer, latin, error) &&
                  (!moked_demo_chance (maker->demo, 55) || add_note (maker, customer, error));

  if (done)
    return moked_demo_writer_add (maker->writer, customer, error);
  g_object_unref (customer);
  return FALSE;
}

/* Oldest first, and more of them of late: an office that grows. */
static guint
days_ago_of (MokedDemo *demo,
             guint      index)
{
  double left = 1.0 - (double) index / demo->n_customers;

  return (guint) (PAST_DAYS * left * left);
}

/**
 * moked_customers_demo:
 *
 * Fills the demo office with people.
 */
gboolean
moked_customers_demo (MokedDemo *demo,
                      GError   **error)
{
  g_autoptr (MokedDemoWriter) writer = moked_demo_writer_new (demo);
  Maker maker = { demo, writer };

  for (maker.index = 0; maker.index < demo->n_customers; maker.index++)
    {
      maker.at = moked_demo_work_time (demo, days_ago_of (demo, maker.index));
      if (!add_customer (&maker, error))
        return FALSE;
      if (maker.index % 20000 == 0)
        demo->progress (demo, "customers", (double) maker.index / demo->n_customers);
    }
  return moked_demo_writer_finish (writer, error);
}
