/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A keyboard with an English and a Hebrew layout, and the fingers that know where each letter is. */

#include "moked-test-keyboard.h"

#include <string.h>
#include <wlr/interfaces/wlr_keyboard.h>
#include <wlr/types/wlr_seat.h>
#include <xkbcommon/xkbcommon.h>

struct _MokedTestKeyboard
{
  MokedTestCompositor *compositor;
  struct wlr_keyboard  keyboard;
  struct xkb_keymap   *keymap;
  xkb_layout_index_t   layout;      /* the one that the person has switched to */
};

typedef struct
{
  xkb_keycode_t      code;
  xkb_layout_index_t layout;
  xkb_mod_mask_t     modifiers;     /* what reaches the symbol on this key, such as Shift */
} Key;

static const char *layout_names[] = { "us", "il", NULL };

static const struct
{
  const char *name;
  const char *xkb_name;
} modifier_names[] = {
  { "ctrl", XKB_MOD_NAME_CTRL },
  { "shift", XKB_MOD_NAME_SHIFT },
  { "alt", XKB_MOD_NAME_ALT },
  { "super", XKB_MOD_NAME_LOGO },
};

static gboolean
key_has_symbol (MokedTestKeyboard *self,
                xkb_keycode_t      code,
                xkb_level_index_t  level,
                xkb_layout_index_t layout,
                xkb_keysym_t       symbol)
{
  const xkb_keysym_t *symbols;

  return xkb_keymap_key_get_syms_by_level (self->keymap, code, layout, level, &symbols) == 1
         && symbols[0] == symbol;
}

static gboolean
find_in_layout (MokedTestKeyboard  *self,
                xkb_keysym_t        symbol,
                xkb_level_index_t   level,
                xkb_layout_index_t  layout,
                Key                *key)
{
  xkb_keycode_t last = xkb_keymap_max_keycode (self->keymap);

  for (xkb_keycode_t code = xkb_keymap_min_keycode (self->keymap); code <= last; code++)
    {
      if (layout >= xkb_keymap_num_layouts_for_key (self->keymap, code)
          || level >= xkb_keymap_num_levels_for_key (self->keymap, code, layout)
          || !key_has_symbol (self, code, level, layout, symbol))
        continue;

      *key = (Key) { .code = code, .layout = layout };
      xkb_keymap_key_get_mods_for_level (self->keymap, code, layout, level, &key->modifiers, 1);
      return TRUE;
    }
  return FALSE;
}

/* The easiest way to a symbol: no modifier before Shift before AltGr, English before Hebrew. */
static gboolean
find_key (MokedTestKeyboard *self,
          xkb_keysym_t       symbol,
          Key               *key)
{
  for (xkb_layout_index_t layout = 0; layout < xkb_keymap_num_layouts (self->keymap); layout++)
    for (xkb_level_index_t level = 0; level < 4; level++)
      if (symbol != XKB_KEY_NoSymbol && find_in_layout (self, symbol, level, layout, key))
        return TRUE;
  return FALSE;
}

static void
strike (MokedTestKeyboard *self,
        const Key         *key)
{
  struct wlr_seat *seat = self->compositor->seat;
  struct wlr_keyboard_modifiers modifiers = { .depressed = key->modifiers, .group = key->layout };
  uint32_t evdev_code = key->code - 8;

  wlr_seat_keyboard_notify_modifiers (seat, &modifiers);
  wlr_seat_keyboard_notify_key (seat, moked_test_compositor_now (), evdev_code, WL_KEYBOARD_KEY_STATE_PRESSED);
  wlr_seat_keyboard_notify_key (seat, moked_test_compositor_now (), evdev_code, WL_KEYBOARD_KEY_STATE_RELEASED);
  modifiers.depressed = 0;
  modifiers.group = self->layout;
  wlr_seat_keyboard_notify_modifiers (seat, &modifiers);
}

static gboolean
read_modifier (MokedTestKeyboard *self,
               const char        *name,
               xkb_mod_mask_t    *modifiers)
{
  for (gsize i = 0; i < G_N_ELEMENTS (modifier_names); i++)
    if (strcmp (name, modifier_names[i].name) == 0)
      {
        *modifiers |= 1u << xkb_keymap_mod_get_index (self->keymap, modifier_names[i].xkb_name);
        return TRUE;
      }
  return FALSE;
}

/* Presses a key once: "Return", "a", "ctrl+k", "shift+Tab". */
gboolean
moked_test_keyboard_press (MokedTestKeyboard *self,
                           const char        *combination,
                           GString           *answer)
{
  g_auto (GStrv) parts = g_strsplit (combination, "+", -1);
  guint last = g_strv_length (parts) - 1;
  xkb_mod_mask_t modifiers = 0;
  Key key;

  for (guint i = 0; i < last; i++)
    if (!read_modifier (self, parts[i], &modifiers))
      {
        g_string_append_printf (answer, "no modifier is called %s", parts[i]);
        return FALSE;
      }

  if (!find_key (self, xkb_keysym_from_name (parts[last], XKB_KEYSYM_NO_FLAGS), &key))
    {
      g_string_append_printf (answer, "no key is called %s", parts[last]);
      return FALSE;
    }

  /* A shortcut is a place on the keyboard: with the Hebrew layout on, Ctrl and the key that says
   * “k” in English reach the program as Ctrl+lamed, and the program must still know what is meant. */
  if (modifiers != 0)
    key.layout = self->layout;
  key.modifiers |= modifiers;
  strike (self, &key);
  return TRUE;
}

gboolean
moked_test_keyboard_type (MokedTestKeyboard *self,
                          const char        *text,
                          GString           *answer)
{
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);
      Key key;

      if (!find_key (self, xkb_utf32_to_keysym (letter), &key))
        {
          g_string_append_printf (answer, "no key for U+%04X", letter);
          return FALSE;
        }
      strike (self, &key);
    }
  return TRUE;
}

gboolean
moked_test_keyboard_set_layout (MokedTestKeyboard *self,
                                const char        *name,
                                GString           *answer)
{
  struct wlr_keyboard_modifiers modifiers = { 0 };

  for (guint i = 0; layout_names[i] != NULL; i++)
    if (strcmp (name, layout_names[i]) == 0)
      {
        self->layout = modifiers.group = i;
        wlr_seat_keyboard_notify_modifiers (self->compositor->seat, &modifiers);
        return TRUE;
      }
  g_string_append_printf (answer, "no layout is called %s", name);
  return FALSE;
}

MokedTestKeyboard *
moked_test_keyboard_new (MokedTestCompositor *compositor)
{
  static const struct wlr_keyboard_impl impl = { .name = "test keyboard" };
  MokedTestKeyboard *self = g_new0 (MokedTestKeyboard, 1);
  g_autofree char *layouts = g_strjoinv (",", (char **) layout_names);
  struct xkb_rule_names names = { .rules = "evdev", .model = "pc105", .layout = layouts };
  struct xkb_context *context = xkb_context_new (XKB_CONTEXT_NO_FLAGS);

  self->compositor = compositor;
  self->keymap = xkb_keymap_new_from_names (context, &names, XKB_KEYMAP_COMPILE_NO_FLAGS);
  if (self->keymap == NULL)
    g_error ("No keyboard layouts %s: is xkb-data there?", layouts);
  wlr_keyboard_init (&self->keyboard, &impl, "test keyboard");
  wlr_keyboard_set_keymap (&self->keyboard, self->keymap);
  wlr_keyboard_set_repeat_info (&self->keyboard, 0, 0);
  wlr_seat_set_keyboard (compositor->seat, &self->keyboard);
  xkb_context_unref (context);
  return self;
}
