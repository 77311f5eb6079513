/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send.account;

import io.backhaul.destination.send.CircuitReport;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * All destination accounts that an application sends to, in one place. Answers at once, whatever it
 * is asked: a permit that is not good yet comes with the time from which it is. Thread-safe.
 */
public final class Accounts implements AccountDesk {

  private final ConcurrentMap<String, Account> accounts = new ConcurrentHashMap<>();
  private final Clock clock;

  public Accounts(Clock clock) {
    this.clock = clock;
  }

  @Override
  public AccountAnswer ask(AccountRequest request) {
    Account account = accounts.computeIfAbsent(request.account(), id -> new Account(id, clock));
    synchronized (account) {
      if (request instanceof AccountRequest.Take take) {
        return account.take(take);
      }
      if (request instanceof AccountRequest.Begin begin) {
        return account.begin(begin.asker());
      }
      if (request instanceof AccountRequest.Join join) {
        account.join(join.earlier());
      } else if (request instanceof AccountRequest.Succeeded succeeded) {
        account.succeeded(succeeded.epoch());
      } else if (request instanceof AccountRequest.Failed failed) {
        account.failed(failed.epoch(), failed.code());
      } else if (request instanceof AccountRequest.Released released) {
        account.release(released.asker());
      } else if (request instanceof AccountRequest.Pause pause) {
        account.pause(pause.pause());
      }
      return account.answer(null, false);
    }
  }

  @Override
  public void tell(AccountRequest request) {
    ask(request);
  }

  /** A process is gone: a trial call that it was granted will not come back. */
  public void lost(String process) {
    for (Account account : accounts.values()) {
      synchronized (account) {
        account.lost(process);
      }
    }
  }

  /** The circuit of an account; empty if nobody of this application has sent to it. */
  public Optional<CircuitReport> circuit(String account) {
    Account known = accounts.get(account);
    if (known == null) {
      return Optional.empty();
    }
    synchronized (known) {
      return Optional.of(known.answer(null, false).circuit());
    }
  }

  /**
   * Somebody else found the destination to work: a circuit that was opened before is closed, and a
   * pause that was asked for before is over.
   *
   * @param closedAt when (UTC)
   */
  public void lift(String account, Instant closedAt) {
    Account known = accounts.get(account);
    if (known != null) {
      synchronized (known) {
        known.lift(closedAt);
      }
    }
  }

  /** How often the circuit of an account opened since the application began. */
  public long openings(String account) {
    Account known = accounts.get(account);
    if (known == null) {
      return 0;
    }
    synchronized (known) {
      return known.openings();
    }
  }
}
