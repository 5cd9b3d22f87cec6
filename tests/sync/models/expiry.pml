/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Deleted records leave tombstones, tombstones go after a long time, and a device that has not seen a deletion of which
 * nothing is told any more lists everything again. Records are made, deleted, restored and forgotten while a device
 * pulls and lists as it pleases.
 *
 * Checked: a device that stands where the log stands has the records that there are, and no others.
 *
 * Mistakes that must be found (-D…):
 *   NO_FLOOR    a pull is answered wherever the device stands
 *   FLOOR_LATE  tombstones go in another transaction than the note of it
 *   KEEP_ALL    a listing takes nothing away
 *   HEAD_LATE   the device notes the head after it has listed everything, not before */

#define R 2            /* records */
#define STEPS 6        /* of the service */
#define BIT(r) (1 << (r))

byte head = 0;
byte living = 0;       /* bits */
byte tombs = 0;
byte seq[R];           /* of each record's last change */
byte floor = 0;        /* the newest deletion that is forgotten */

byte cursor = 0;       /* the device's */
byte rows = 0;

inline check ()
{
  assert (cursor != head || rows == living)
}

proctype Service ()
{
  byte steps = 0, r;

  do
  :: steps < STEPS ->
     steps++;
     select (r : 0 .. R - 1);
     if
     :: !(living & BIT (r)) && (seq[r] == 0 || tombs & BIT (r)) -> /* made, or restored */
        atomic { head++; seq[r] = head; living = living | BIT (r); tombs = tombs & ~BIT (r) }
     :: living & BIT (r) ->
        atomic { head++; seq[r] = head; living = living & ~BIT (r); tombs = tombs | BIT (r) }
     :: tombs & BIT (r) ->
#ifdef FLOOR_LATE
        tombs = tombs & ~BIT (r);
        if :: seq[r] > floor -> floor = seq[r] :: else fi
#else
        atomic {
          tombs = tombs & ~BIT (r);
          if :: seq[r] > floor -> floor = seq[r] :: else fi
        }
#endif
     :: else -> skip
     fi
  :: else -> break
  od
}

proctype Device ()
{
  byte r, noted, pulls = 0;
  bool lists;

  do
  :: pulls < 4 ->
     pulls++;
     lists = false;
     atomic { /* an answer is one state of the service, and one transaction here */
       if
#ifndef NO_FLOOR
       :: cursor < floor -> lists = true
#endif
       :: else ->
          for (r : 0 .. R - 1) {
            if
            :: seq[r] > cursor && living & BIT (r) -> rows = rows | BIT (r)
            :: seq[r] > cursor && tombs & BIT (r) -> rows = rows & ~BIT (r)
            :: else -> skip
            fi
          }
          cursor = head;
          check ()
       fi
     }
     if
     :: lists ->
#ifndef HEAD_LATE
        noted = head;
#endif
        atomic {
#ifdef KEEP_ALL
          rows = rows | living;
#else
          rows = living;
#endif
#ifndef HEAD_LATE
          cursor = noted;
          check ()
#endif
        }
#ifdef HEAD_LATE
        atomic { cursor = head; check () }
#endif
     :: else -> skip
     fi
  :: else -> break
  od
}

init
{
  atomic { run Service (); run Device () }
}
