/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Why a business's changes are numbered under its lock, held until the commit. A desktop asks for what is above its
 * cursor; a number that becomes visible after a greater one is never asked for.
 *
 * Checked: when all have committed, a desktop that asks once more has everything.
 *
 * Mistake that must be found (-D…):
 *   EARLY         the number is taken, and the lock given back, before the commit (as a sequence of a database does) */

#define WRITERS 3
#define BIT(i) (1 << (i))

byte head = 0;
byte visible = 0;      /* changes that are committed, by number */
byte done = 0;
bool locked = false;

active [WRITERS] proctype Writer() {
  byte number;
  atomic { !locked -> locked = true };
  atomic { head++; number = head };
#ifdef EARLY
  locked = false;
#endif
  visible = visible | BIT(number);
#ifndef EARLY
  locked = false;
#endif
  done++
}

active proctype Desktop() {
  byte cursor = 0, has = 0, i;
  bool last = false;
  do
  :: last -> break
  :: else ->
     last = (done == WRITERS);
     atomic {
       i = cursor + 1;
       do
       :: i > WRITERS -> break
       :: i <= WRITERS && (visible & BIT(i)) -> has = has | BIT(i); cursor = i; i++
       :: i <= WRITERS && (visible & BIT(i)) == 0 -> i++
       od
     }
  od;
  assert(has == visible)
}
