/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Push, pull, listing, crash and restore, as docs/sync.md says, with the least that can go wrong in it: devices that
 * make a record each by a mutation, a service that numbers changes, a network that loses, repeats and delays, programs
 * that die between any two transactions, and an operator who puts yesterday's backup back.
 *
 * The service may hold the first mutation, which then did nothing; the person is asked and sends it under another id.
 *
 * Checked: no mutation takes effect twice in one life of the log; nothing waits for ever for what does not come; and
 * when nothing waits any more, every record that a person made is at the service and on every device.
 *
 * Mistakes that must be found (-D…):
 *   NO_IDS        the service does not keep the ids of mutations
 *   CURSOR_FIRST  a device keeps its cursor in another transaction than the rows
 *   HEAD_LATE     a device notes the head after it has listed everything, not before
 *   FORGET        a device takes away what a restored service does not list
 *   HELD_AS_DONE  a held mutation that is sent again is answered as if it had been done */

#define D 2            /* devices */
#ifndef M
#define M 1            /* records that each makes */
#endif
#define R (D * M)
#define ALL ((1 << R) - 1)
#define BIT(r) (1 << (r))
#ifndef FAULTS
#define FAULTS 1       /* lost requests, lost answers, repeated requests and crashes, together */
#endif

#define CREATE 0
#define RECOVER 1
#define CONFIRMED 2    /* a creation that was held, under its second id */
#define HELD 3         /* only in answers */
#define NONE 255

typedef Log {
  byte epoch;
  byte head;
  byte last_n[D];
  byte rows;           /* records that there are */
  byte known;          /* mutations that had an outcome */
  byte held;           /* of these, those that did nothing */
  byte known_again;    /* second ids that had an outcome */
  byte version[R];
  byte times[R];       /* how often a mutation took effect in this life */
};

typedef Device {       /* what is on its disk */
  byte epoch;          /* 0: everything is to be listed */
  byte cursor;
  byte last_n;
  byte made;
  byte rows;           /* as the service confirmed them */
  byte waiting;        /* made here */
  byte asks;           /* held: a person is to answer */
  byte confirmed;      /* wanted all the same */
  byte offered;        /* lost by the service */
  byte load_epoch;
  byte load_head;
  byte load_next;      /* records that are still to be listed */
};

Log service;
Log backup;
bool operator_done = false;
Device device[D];
byte faults = 0;
byte turn[D];          /* the request whose answer is awaited */

chan network = [2] of { byte, byte, byte, byte, byte, byte }; /* device, turn, epoch, n, kind, record */
chan answers[D] = [1] of { byte, bool, byte, byte, byte };    /* turn, gone, last_n, kind, record */

#define IS_QUIET(d) (device[d].made == M && (device[d].waiting | device[d].offered | device[d].asks | device[d].confirmed) == 0 && \
                     device[d].epoch == service.epoch && device[d].cursor == service.head)

inline copy_log(to, from) {
  to.epoch = from.epoch; to.head = from.head; to.rows = from.rows; to.known = from.known;
  to.held = from.held; to.known_again = from.known_again;
  i = 0; do :: i < D -> to.last_n[i] = from.last_n[i]; i++ :: else -> break od;
  i = 0; do :: i < R -> to.version[i] = from.version[i]; to.times[i] = from.times[i]; i++ :: else -> break od;
  i = 0
}

inline change(r) {
  service.head++;
  service.version[r] = service.head;
  service.rows = service.rows | BIT(r)
}

/* One request in one transaction: the effect, the id and last_n. Sets @record to NONE when it was not looked at. */
inline serve(d, epoch, n, kind, record) {
  if
  :: n > service.last_n[d] + 1 -> record = NONE
  :: else ->
     if
     :: kind == RECOVER -> if :: (service.rows & BIT(record)) == 0 -> change(record) :: else fi
#ifdef NO_IDS
     :: kind == CREATE -> change(record); service.times[record]++
#else
     :: kind == CREATE && (service.known & BIT(record)) ->
#ifndef HELD_AS_DONE
        if :: service.held & BIT(record) -> kind = HELD :: else fi
#else
        skip
#endif
     :: kind == CREATE && (service.known & BIT(record)) == 0 ->
        change(record); service.times[record]++; service.known = service.known | BIT(record)
     :: kind == CREATE && (service.known & BIT(record)) == 0 && record == 0 ->
        service.known = service.known | BIT(record); service.held = service.held | BIT(record); kind = HELD
     :: kind == CONFIRMED && (service.known_again & BIT(record)) -> skip
     :: kind == CONFIRMED && (service.known_again & BIT(record)) == 0 ->
        change(record); service.times[record]++; service.known_again = service.known_again | BIT(record)
#endif
     fi;
     assert(record >= R || service.times[record] <= 1);
     if :: n > service.last_n[d] -> service.last_n[d] = n :: else fi
  fi
}

active proctype Service() {
  byte d, t, epoch, n, kind, record;
end:
  do
  :: atomic {
       nempty(network) ->
       if
       :: network?d, t, epoch, n, kind, record
       :: faults < FAULTS -> faults++; network?<d, t, epoch, n, kind, record>      /* comes again later */
       :: faults < FAULTS -> faults++; network?d, t, epoch, n, kind, record; goto end /* lost */
       fi;
       if
       :: epoch != service.epoch -> record = NONE; n = 1
       :: else -> serve(d, epoch, n, kind, record); n = 0
       fi;
       if
       :: turn[d] != t -> skip                                   /* nobody waits for it any more */
       :: turn[d] == t && nempty(answers[d]) -> skip
       :: turn[d] == t && empty(answers[d]) -> answers[d]!t, n, service.last_n[d], kind, record
       :: faults < FAULTS -> faults++                            /* the answer is lost; or the service died after its commit */
       fi;
       d = 0; t = 0; epoch = 0; n = 0; kind = 0; record = 0
     }
  od
}

active proctype Operator() {
  byte i;
  atomic { copy_log(backup, service) };
  if
  :: true -> skip                                                /* nothing happens to it */
  :: true -> atomic { copy_log(service, backup); service.epoch = 2 }
  fi;
  atomic { i = 0; do :: i < R -> if :: service.epoch == 2 -> service.times[i] = 0 :: else fi; i++ :: else -> break od; i = 0;
           operator_done = true }
}

/* The next mutation of an outbox: what is offered goes before what waits, each in its order. */
inline choose(self) {
  kind = CREATE; record = 0;
  if
  :: self.offered -> kind = RECOVER
  :: !self.offered && !self.waiting -> kind = CONFIRMED
  :: else
  fi;
  do
  :: kind == RECOVER && (self.offered & BIT(record)) -> break
  :: kind == CREATE && (self.waiting & BIT(record)) -> break
  :: kind == CONFIRMED && (self.confirmed & BIT(record)) -> break
  :: else -> record++
  od
}

/* Only the mutation that the answer names: its number may belong to another one after a restore. */
inline settle(self) {
  if
  :: record == NONE -> skip
  :: record != NONE && kind == RECOVER -> self.offered = self.offered & ~BIT(record); self.rows = self.rows | BIT(record)
  :: record != NONE && kind == CREATE -> self.waiting = self.waiting & ~BIT(record); self.rows = self.rows | BIT(record)
  :: record != NONE && kind == HELD -> self.waiting = self.waiting & ~BIT(record); self.asks = self.asks | BIT(record)
  :: record != NONE && kind == CONFIRMED ->
     self.confirmed = self.confirmed & ~BIT(record); self.rows = self.rows | BIT(record)
  fi
}

/* What a page of one record says. What this device has under way is left alone. */
inline list_record(self, r) {
  if
  :: service.rows & BIT(r) -> self.rows = self.rows | BIT(r); self.offered = self.offered & ~BIT(r)
  :: (service.rows & BIT(r)) == 0 && (self.rows & BIT(r)) ->
     self.rows = self.rows & ~BIT(r);
#ifndef FORGET
     self.offered = self.offered | BIT(r)
#endif
  :: else -> skip
  fi
}

proctype Desktop(byte me) {
  byte kind, record, got_epoch, got_head, got_rows, sent_n, t, i;
  bool gone;

again:
  atomic { kind = 0; record = 0; got_epoch = 0; got_head = 0; got_rows = 0; sent_n = 0; t = 0; gone = false; i = 0 };
  do
  :: atomic { device[me].made < M ->
       device[me].waiting = device[me].waiting | BIT(me * M + device[me].made); device[me].made++ }

  /* One answer settles it: it waits again, as another mutation. */
  :: atomic { device[me].asks ->
       device[me].confirmed = device[me].confirmed | device[me].asks; device[me].asks = 0 }

  /* The program dies; its next start knows what is on the disk. */
  :: atomic { faults < FAULTS -> faults++; turn[me] = (turn[me] + 1) % 4; goto again }

  /* Listing everything: the head, then pages, each with how far it came in one transaction. */
  :: atomic { device[me].epoch == 0 && device[me].load_epoch != service.epoch ->
       device[me].load_epoch = service.epoch; device[me].load_next = R;
#ifndef HEAD_LATE
       device[me].load_head = service.head
#endif
     }
  :: atomic { device[me].epoch == 0 && device[me].load_epoch == service.epoch && device[me].load_next > 0 ->
       device[me].load_next--; list_record(device[me], device[me].load_next) }
  :: atomic { device[me].epoch == 0 && device[me].load_epoch != 0 && device[me].load_next == 0 ->
#ifdef HEAD_LATE
       device[me].load_head = service.head;
#endif
       device[me].epoch = device[me].load_epoch; device[me].cursor = device[me].load_head; device[me].load_epoch = 0 }

  /* Sending */
  :: atomic { device[me].epoch != 0 && (device[me].waiting | device[me].offered | device[me].confirmed) && nfull(network) ->
       choose(device[me]); sent_n = device[me].last_n + 1; t = turn[me];
       network!me, t, device[me].epoch, sent_n, kind, record };
     if
     :: atomic { answers[me]?t, gone, sent_n, kind, record ->
          turn[me] = (turn[me] + 1) % 4;
          if
          :: gone -> device[me].epoch = 0
          :: else -> settle(device[me]); device[me].last_n = sent_n
          fi }
     :: atomic { empty(answers[me]) && empty(network) -> turn[me] = (turn[me] + 1) % 4 } /* it was lost: no longer waited for */
     :: atomic { faults < FAULTS -> faults++; turn[me] = (turn[me] + 1) % 4;           /* too slow */
          do :: nempty(answers[me]) -> answers[me]?_, _, _, _, _ :: else -> break od }
     fi;
     goto again

  /* Bringing: an answer is one snapshot of the service, and is applied later, in one transaction. */
  :: atomic { device[me].epoch != 0 && device[me].epoch != service.epoch -> device[me].epoch = 0 }
  :: atomic { device[me].epoch != 0 && device[me].epoch == service.epoch && device[me].cursor < service.head ->
       got_epoch = service.epoch; got_head = service.head;
       i = 0;
       do
       :: i < R -> if :: (service.rows & BIT(i)) && service.version[i] > device[me].cursor -> got_rows = got_rows | BIT(i) :: else fi; i++
       :: else -> break
       od; i = 0 };
#ifdef CURSOR_FIRST
     device[me].cursor = got_head;
     if :: faults < FAULTS -> faults++; goto again :: true fi;
     device[me].rows = device[me].rows | got_rows;
#else
     if :: atomic { faults < FAULTS -> faults++; goto again } :: true fi;
     atomic { device[me].rows = device[me].rows | got_rows; device[me].cursor = got_head };
#endif
     goto again

  :: atomic { operator_done && IS_QUIET(0) && IS_QUIET(1) -> break }
  od;
  assert(device[me].rows == ALL && service.rows == ALL)
}

init {
  atomic {
    service.epoch = 1;
    run Desktop(0); run Desktop(1)
  }
}
