/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/moked-demo-people.h"

#include <string.h>

/* Names and places of the demo office. Nobody is meant: first names and family names are put together by
 * chance. Prices are round numbers of about the right size. */

const MokedDemoName moked_demo_women[] = {
  { "נועה", "noa" },
  { "תמר", "tamar" },
  { "שירה", "shira" },
  { "יעל", "yael" },
  { "מיכל", "michal" },
  { "רותם", "rotem" },
  { "אביגיל", "avigail" },
  { "הילה", "hila" },
  { "ליאת", "liat" },
  { "אורלי", "orly" },
  { "דנה", "dana" },
  { "ענת", "anat" },
  { "גלית", "galit" },
  { "שלי", "shelly" },
  { "ורד", "vered" },
  { "רונית", "ronit" },
  { "אסתר", "esther" },
  { "רבקה", "rivka" },
  { "שרה", "sara" },
  { "מרים", "miriam" },
  { "חנה", "hana" },
  { "לאה", "lea" },
  { "ציפי", "tzipi" },
  { "אילנה", "ilana" },
  { "נטע", "neta" },
  { "מאיה", "maya" },
  { "עדי", "adi" },
  { "קרן", "keren" },
  { "לירון", "liron" },
  { "אפרת", "efrat" },
  { "הדס", "hadas" },
  { "איילת", "ayelet" },
  { "סמדר", "smadar" },
  { "דפנה", "dafna" },
  { "נורית", "nurit" },
  { "סבטלנה", "svetlana" },
  { "אולגה", "olga" },
  { "ילנה", "yelena" },
  { "נטליה", "natalia" },
  { "מרינה", "marina" },
  { "אמירה", "amira" },
  { "לינא", "lina" },
  { "רנא", "rana" },
  { "נור", "nur" },
  { "סיגלית", "sigalit" },
  { "אביבית", "avivit" },
  { "טליה", "talia" },
  { "רוני", "roni" },
  { "אלמוג", "almog" },
  { "ספיר", "sapir" },
  { "שני", "shani" },
  { "חן", "chen" },
  { "ברכה", "bracha" },
  { "פנינה", "pnina" },
  { "יהודית", "yehudit" },
  { "אתי", "eti" },
  { "מזל", "mazal" },
  { "אסנת", "osnat" },
  { "נאוה", "nava" },
  { "קלודין", "claudine" },
};
const guint moked_demo_n_women = G_N_ELEMENTS (moked_demo_women);

const MokedDemoName moked_demo_men[] = {
  { "יוסף", "yosef" },
  { "דוד", "david" },
  { "משה", "moshe" },
  { "אברהם", "avraham" },
  { "יעקב", "yaakov" },
  { "יצחק", "yitzhak" },
  { "חיים", "haim" },
  { "שמעון", "shimon" },
  { "מאיר", "meir" },
  { "אליהו", "eliyahu" },
  { "איתי", "itay" },
  { "עומר", "omer" },
  { "נדב", "nadav" },
  { "גיא", "guy" },
  { "רועי", "roi" },
  { "אורי", "uri" },
  { "אסף", "asaf" },
  { "ניר", "nir" },
  { "ערן", "eran" },
  { "גל", "gal" },
  { "עידו", "ido" },
  { "יונתן", "yonatan" },
  { "דניאל", "daniel" },
  { "אריאל", "ariel" },
  { "איתמר", "itamar" },
  { "תומר", "tomer" },
  { "שחר", "shahar" },
  { "ליאור", "lior" },
  { "אמיר", "amir" },
  { "אלון", "alon" },
  { "בועז", "boaz" },
  { "גדי", "gadi" },
  { "צבי", "zvi" },
  { "אבי", "avi" },
  { "מוטי", "moti" },
  { "שלמה", "shlomo" },
  { "רפי", "rafi" },
  { "אילן", "ilan" },
  { "עופר", "ofer" },
  { "ירון", "yaron" },
  { "ולדימיר", "vladimir" },
  { "אלכסנדר", "alexander" },
  { "איגור", "igor" },
  { "דימיטרי", "dmitri" },
  { "בוריס", "boris" },
  { "מחמוד", "mahmoud" },
  { "סאמר", "samer" },
  { "ח׳אלד", "khaled" },
  { "ראמי", "rami" },
  { "וסים", "wasim" },
  { "עזרא", "ezra" },
  { "נתנאל", "netanel" },
  { "אלעד", "elad" },
  { "יניב", "yaniv" },
  { "קובי", "kobi" },
  { "שגיא", "sagi" },
  { "אייל", "eyal" },
  { "גרשון", "gershon" },
  { "פסח", "pesach" },
  { "מישל", "michel" },
};
const guint moked_demo_n_men = G_N_ELEMENTS (moked_demo_men);

const MokedDemoName moked_demo_families[] = {
  { "כהן", "cohen" },
  { "לוי", "levi" },
  { "מזרחי", "mizrahi" },
  { "פרץ", "peretz" },
  { "ביטון", "biton" },
  { "דהן", "dahan" },
  { "אברהם", "avraham" },
  { "פרידמן", "friedman" },
  { "אגבריה", "agbaria" },
  { "מלכה", "malka" },
  { "אזולאי", "azulay" },
  { "כץ", "katz" },
  { "יוסף", "yosef" },
  { "דוד", "david" },
  { "עמר", "amar" },
  { "אוחיון", "ohayon" },
  { "חדד", "hadad" },
  { "גבאי", "gabay" },
  { "בן דוד", "ben.david" },
  { "אדרי", "edri" },
  { "טל", "tal" },
  { "קליין", "klein" },
  { "גולן", "golan" },
  { "שפירא", "shapira" },
  { "סגל", "segal" },
  { "בן שמעון", "ben.shimon" },
  { "וקנין", "vaknin" },
  { "רוזנברג", "rosenberg" },
  { "הורוביץ", "horovitz" },
  { "גרינברג", "greenberg" },
  { "רוזן", "rosen" },
  { "ברק", "barak" },
  { "שרון", "sharon" },
  { "אשכנזי", "ashkenazi" },
  { "נחום", "nahum" },
  { "סויסה", "swisa" },
  { "זוהר", "zohar" },
  { "יעקב", "yaakov" },
  { "משה", "moshe" },
  { "חזן", "hazan" },
  { "אלבז", "elbaz" },
  { "אוחנה", "ohana" },
  { "אביטל", "avital" },
  { "בר-לב", "bar.lev" },
  { "שטרן", "stern" },
  { "וייס", "weiss" },
  { "גולדשטיין", "goldstein" },
  { "רוט", "roth" },
  { "הררי", "harari" },
  { "אלמוג", "almog" },
  { "נגר", "nagar" },
  { "סבאג", "sabag" },
  { "טובול", "tubul" },
  { "אסולין", "asulin" },
  { "בוזגלו", "buzaglo" },
  { "ממן", "maman" },
  { "צרפתי", "tzarfati" },
  { "נסים", "nissim" },
  { "שמש", "shemesh" },
  { "עובדיה", "ovadia" },
  { "טייב", "tayeb" },
  { "קורן", "koren" },
  { "ליברמן", "liberman" },
  { "איבנוב", "ivanov" },
  { "פטרוב", "petrov" },
  { "קוזלוב", "kozlov" },
  { "שוורץ", "schwartz" },
  { "לרנר", "lerner" },
  { "ח׳ורי", "khoury" },
  { "מנסור", "mansour" },
  { "עבאס", "abbas" },
  { "זועבי", "zoabi" },
  { "טספאי", "tesfay" },
  { "מקונן", "mekonen" },
  { "אלמו", "alemu" },
  { "דיין", "dayan" },
  { "אילוז", "iluz" },
  { "בן-ארי", "ben.ari" },
  { "הלוי", "halevi" },
  { "רביבו", "revivo" },
  { "צור", "tzur" },
  { "גל", "gal" },
  { "נאור", "naor" },
  { "ירקוני", "yarkoni" },
  { "אורן", "oren" },
  { "פלד", "peled" },
  { "אלוני", "aloni" },
  { "ארד", "arad" },
  { "כרמי", "karmi" },
  { "דגן", "dagan" },
  { "בכר", "bachar" },
  { "סלע", "sela" },
  { "גנץ", "gantz" },
  { "וולף", "wolf" },
  { "קדוש", "kadosh" },
  { "חממי", "hamami" },
  { "מימון", "maimon" },
  { "סעדון", "saadon" },
  { "אבוטבול", "abutbul" },
};
const guint moked_demo_n_families = G_N_ELEMENTS (moked_demo_families);

#define LIST(...)       \
  (const char *const[]) \
  {                     \
    __VA_ARGS__, NULL   \
  }

const MokedDemoPlace moked_demo_places[] = {
  { "תל אביב-יפו", 20, 950, 2300,
    LIST ("צפון העיר", "פלורנטין", "נווה צדק", "יד אליהו", "רמת אביב", "כרם התימנים", "בבלי"),
    LIST ("דיזנגוף", "בן יהודה", "אבן גבירול", "רוטשילד", "שינקין", "ארלוזורוב", "נורדאו", "הירקון", "לה גווארדיה") },
  { "רמת גן", 16, 690, 1750, LIST ("מרכז העיר", "תל בנימין", "רמת חן", "נחלת גנים", "קריניצי", "מתחם הבורסה"),
    LIST ("ביאליק", "ז׳בוטינסקי", "הרא״ה", "קריניצי", "ארלוזורוב", "הירדן", "נגבה", "רוקח") },
  { "גבעתיים", 10, 740, 1850, LIST ("בורוכוב", "ארלוזורוב", "סיטי", "קריית יוסף", "רמב״ם"),
    LIST ("כצנלסון", "ויצמן", "שינקין", "סירקין", "בן צבי", "הכנסת", "ההגנה") },
  { "פתח תקווה", 12, 520, 1350, LIST ("אם המושבות", "כפר גנים", "מרכז העיר", "הדר גנים", "נווה עוז", "יוספטל"),
    LIST ("רוטשילד", "חיים עוזר", "סטמפר", "ההסתדרות", "אחד העם", "פינסקר", "הרב קוק") },
  { "חולון", 9, 560, 1450, LIST ("קריית שרת", "אגרובנק", "נאות רחל", "ח-300", "רסקו א׳", "מרכז העיר"),
    LIST ("סוקולוב", "אילת", "הופיין", "שנקר", "ההסתדרות", "ברקת", "קרן היסוד") },
  { "ראשון לציון", 9, 590, 1500, LIST ("נחלת יהודה", "רמת אליהו", "קריית ראשון", "נווה ים", "מערב העיר", "כצנלסון"),
    LIST ("הרצל", "רוטשילד", "ז׳בוטינסקי", "אברמוביץ׳", "הכרמל", "משה לוי", "סחרוב") },
  { "בת ים", 6, 500, 1400, LIST ("רמת יוסף", "עמידר", "אזור הטיילת", "מרכז העיר", "רמת הנשיא"),
    LIST ("בלפור", "רוטשילד", "בן גוריון", "הרצל", "יוספטל", "רבינוביץ") },
  { "הרצליה", 5, 800, 1950, LIST ("הרצליה הצעירה", "נווה עמל", "גליל ים", "מרכז העיר", "נווה ישראל"),
    LIST ("סוקולוב", "בן גוריון", "הנדיב", "ויצמן", "הרב קוק", "אלתרמן") },
  { "רעננה", 4, 720, 1750, LIST ("לב הפארק", "נווה זמר", "קריית שרת", "מרכז העיר"),
    LIST ("אחוזה", "אוסטרובסקי", "ויצמן", "הנשיא", "קלאוזנר", "רמב״ם") },
  { "נתניה", 3, 480, 1300, LIST ("עיר ימים", "רמת פולג", "קריית השרון", "מרכז העיר"),
    LIST ("הרצל", "ניצה", "בן גוריון", "שטמפפר", "הרב קוק", "דיזנגוף") },
  { "ירושלים", 3, 700, 1700, LIST ("רחביה", "בית הכרם", "קטמון", "ארנונה", "גילה", "פסגת זאב"),
    LIST ("יפו", "עמק רפאים", "הרצל", "קרן היסוד", "בית לחם", "הפסגה") },
  { "חיפה", 3, 400, 1050, LIST ("כרמל מרכזי", "הדר", "אחוזה", "נווה שאנן", "רמת אלון"),
    LIST ("מוריה", "הנשיא", "הרצל", "יפה נוף", "אבא חושי", "הגליל") },
};
const guint moked_demo_n_places = G_N_ELEMENTS (moked_demo_places);

/**
 * moked_demo_dup_first:
 * @name: somebody's name
 *
 * Returns: (transfer full): what one calls them
 */
char *
moked_demo_dup_first (const char *name)
{
  return g_strndup (name, strcspn (name, " "));
}

/**
 * moked_demo_is_woman:
 * @name: a name made of the tables above
 *
 * Returns: how the demo's texts address this person
 */
gboolean
moked_demo_is_woman (const char *name)
{
  g_autofree char *first = moked_demo_dup_first (name);

  for (guint i = 0; i < moked_demo_n_women; i++)
    if (g_str_equal (moked_demo_women[i].hebrew, first))
      return TRUE;
  return FALSE;
}

/**
 * moked_demo_find_place:
 * @city: (nullable): a city's name
 *
 * Returns: what the demo knows of it, or of the biggest city
 */
const MokedDemoPlace *
moked_demo_find_place (const char *city)
{
  for (guint i = 0; city != NULL && i < moked_demo_n_places; i++)
    if (g_str_equal (moked_demo_places[i].city, city))
      return &moked_demo_places[i];
  return &moked_demo_places[0];
}
