/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The language of the process, whatever the machine has installed.
 *
 * The C library translates nothing in the C locale, and GTK takes its direction from LC_CTYPE, so Hebrew
 * needs a Hebrew locale, not only a catalogue. Few desktops outside Israel have one generated; Moked
 * brings its own, which the C library finds by LOCPATH. */

#include "base/moked-locale.h"

#include <libintl.h>
#include <locale.h>

#include "moked-config.h"

static const char *const hebrew_locales[] = { "he_IL.UTF-8", NULL };
static const char *const english_locales[] = { "en_IL.UTF-8", "en_US.UTF-8", "en_GB.UTF-8", "C.UTF-8", NULL };

static const char *
directory (const char *variable,
           const char *installed)
{
  const char *value = g_getenv (variable);

  return value != NULL && *value != '\0' ? value : installed;
}

/* The first of @names that the C library knows becomes the process's locale. */
static const char *
set_first (const char *const *names)
{
  for (; *names != NULL; names++)
    if (setlocale (LC_ALL, *names) != NULL)
      return *names;

  return NULL;
}

/* GTK calls setlocale (LC_ALL, "") when it starts: the environment must say the same. */
static void
keep_in_environment (const char *locale,
                     const char *language)
{
  g_setenv ("LC_ALL", locale, TRUE);
  g_setenv ("LANGUAGE", language, TRUE);
}

static void
use_hebrew (void)
{
  const char *locale = set_first (hebrew_locales);

  if (locale == NULL)
    {
      g_setenv ("LOCPATH", directory ("MOKED_LOCALE_DIR", MOKED_PKGLIBDIR "/locale"), TRUE);
      locale = set_first (hebrew_locales);
    }

  if (locale == NULL)
    {
      g_unsetenv ("LOCPATH");
      locale = "C.UTF-8";
      setlocale (LC_ALL, locale);
      g_message ("No Hebrew locale is installed, nor the one that comes with Moked; texts stay English");
    }

  keep_in_environment (locale, "he");
}

static void
use_english (void)
{
  const char *locale = set_first (english_locales);

  keep_in_environment (locale != NULL ? locale : "C", "en");
}

static void
bind_catalogue (void)
{
  bindtextdomain (GETTEXT_PACKAGE, directory ("MOKED_MESSAGES_DIR", MOKED_LOCALEDIR));
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

/**
 * moked_locale_init:
 * @language: "he", "en" or "system"; anything else counts as "he"
 *
 * Sets the language of the process: locale, message catalogues and, through the environment, what GTK and
 * libadwaita will find when they start. "system" leaves the environment alone.
 *
 * Call it first thing in main(), before another thread runs and before GTK is initialised: it changes the
 * environment. Two variables serve a build tree: `MOKED_LOCALE_DIR`, the folder that holds the compiled
 * he_IL.UTF-8, and `MOKED_MESSAGES_DIR`, the one with he/LC_MESSAGES/moked.mo.
 */
void
moked_locale_init (const char *language)
{
  g_return_if_fail (language != NULL);

  if (g_str_equal (language, "system"))
    setlocale (LC_ALL, "");
  else if (g_str_equal (language, "en"))
    use_english ();
  else
    use_hebrew ();

  bind_catalogue ();
}

/**
 * moked_locale_is_rtl:
 *
 * Whether the program's texts run from right to left. This asks for the language and not for the
 * catalogue, so it stays true where GTK's own Hebrew is not installed; give it to
 * gtk_widget_set_default_direction() after GTK has started.
 *
 * Returns: %TRUE in Hebrew
 */
gboolean
moked_locale_is_rtl (void)
{
  const char *language = g_get_language_names ()[0];

  return g_str_has_prefix (language, "he") || g_str_has_prefix (language, "iw");
}

/* What a service writes for the office is Hebrew, what it writes into its log is not: a language for a thread. */
static locale_t hebrew;

/**
 * moked_locale_load_hebrew:
 *
 * Makes moked_locale_enter_hebrew() possible, in a program that speaks no language itself. Call it once, before another
 * thread runs: it changes the environment.
 */
void
moked_locale_load_hebrew (void)
{
  g_unsetenv ("LANGUAGE"); /* would go before the thread's language */
  hebrew = newlocale (LC_ALL_MASK, hebrew_locales[0], (locale_t) 0);
  if (hebrew == (locale_t) 0)
    {
      g_setenv ("LOCPATH", directory ("MOKED_LOCALE_DIR", MOKED_PKGLIBDIR "/locale"), TRUE);
      hebrew = newlocale (LC_ALL_MASK, hebrew_locales[0], (locale_t) 0);
      g_unsetenv ("LOCPATH");
    }
  bind_catalogue ();
}

/**
 * moked_locale_enter_hebrew:
 *
 * Texts that this thread looks up are Hebrew until moked_locale_leave(), if moked_locale_load_hebrew() found the
 * language; otherwise they stay what they are.
 *
 * Returns: for moked_locale_leave()
 */
locale_t
moked_locale_enter_hebrew (void)
{
  return hebrew != (locale_t) 0 ? uselocale (hebrew) : uselocale ((locale_t) 0);
}

void
moked_locale_leave (locale_t before)
{
  uselocale (before);
}
