/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import io.backhaul.destination.send.CircuitReport;
import io.backhaul.jobs.spec.Priority;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Takes next what has least: of the priorities the one with the fewest jobs at work for its weight,
 * of its tenants the one with the fewest, of that tenant's accounts the one whose job has waited
 * longest. What has nothing at work comes first everywhere, so that nothing starves; nothing is
 * kept free for those who do not need it. A job that has read for long leaves its account's place,
 * though not its tenant's, to others: a slow query is no sign of a slow destination. A tenant and
 * an account at their caps, and an account whose circuit is open, are passed over at no cost.
 * Taking and adding take logarithmic time.
 */
public final class FairLine implements Line {

  private static final List<Priority> PRIORITIES =
      List.of(Priority.HIGH, Priority.NORMAL, Priority.LOW);
  private static final int COUNT = PRIORITIES.size();

  private static final Comparator<Account> BY_AGE =
      Comparator.comparing((Account account) -> account.oldest).thenComparing(a -> a.name);

  private static final Comparator<TenantShare> BY_SHARE =
      Comparator.comparingInt((TenantShare share) -> share.tenant.atWork)
          .thenComparing(share -> share.accounts.first().oldest)
          .thenComparing(share -> share.tenant.name);

  private static final class Tenant {
    private final String name;
    private final TenantShare[] shares = new TenantShare[COUNT];
    private int atWork;

    private Tenant(String name) {
      this.name = name;
    }
  }

  /** What a tenant has waiting of one priority and may start. */
  private static final class TenantShare {
    private final Tenant tenant;
    private final TreeSet<Account> accounts = new TreeSet<>(BY_AGE);

    private TenantShare(Tenant tenant) {
      this.tenant = tenant;
    }
  }

  /** Jobs of one priority to one account. */
  private static final class Account {
    private final String name;
    private final PriorityQueue<Job> jobs =
        new PriorityQueue<>(
            Comparator.comparing(Job::dueAt).thenComparing(job -> job.sync().name()));
    private Instant oldest = Instant.MAX;

    private Account(String name) {
      this.name = name;
    }
  }

  /** What all priorities of an account share. */
  private static final class Destination {
    private final Tenant tenant;
    private final Account[] accounts = new Account[COUNT];
    private CircuitReport circuit = CircuitReport.CLOSED;
    private boolean probing;
    private int atWork;
    private int reading;

    private Destination(Tenant tenant) {
      this.tenant = tenant;
    }

    /** Jobs at work that count; all do while it is to be seen whether the account works. */
    private int busy() {
      return circuit.openUntil() == null ? atWork - reading : atWork;
    }
  }

  private record Reopening(Instant at, String account) {}

  private final FleetLimits limits;
  private final Map<String, Tenant> tenants = new HashMap<>();
  private final Map<String, Destination> destinations = new HashMap<>();
  private final List<TreeSet<TenantShare>> ready = new ArrayList<>();
  private final int[] atWork = new int[COUNT];
  private final Set<FleetSync> reading = new HashSet<>();
  private final PriorityQueue<Reopening> reopenings =
      new PriorityQueue<>(Comparator.comparing(Reopening::at).thenComparing(Reopening::account));
  private int size;

  /** An empty line. */
  public FairLine(FleetLimits limits) {
    this.limits = limits;
    for (int i = 0; i < COUNT; i++) {
      ready.add(new TreeSet<>(BY_SHARE));
    }
  }

  @Override
  public void add(Job job) {
    Destination destination = destination(job.sync());
    int priority = rank(job);
    leaveReady(destination.tenant);
    unlist(destination);
    Account account = destination.accounts[priority];
    account.jobs.add(job);
    account.oldest = account.jobs.element().dueAt();
    list(destination);
    enterReady(destination.tenant);
    size++;
  }

  @Override
  public Optional<Job> take(Instant now) {
    reopen(now);
    int priority = neediest();
    if (priority < 0) {
      return Optional.empty();
    }
    Tenant tenant = ready.get(priority).first().tenant;
    Job job = choose(tenant, priority, now);
    Destination destination = destination(job.sync());
    leaveReady(tenant);
    unlist(destination);
    Account account = destination.accounts[rank(job)];
    account.jobs.remove();
    account.oldest = account.jobs.isEmpty() ? Instant.MAX : account.jobs.element().dueAt();
    count(job, 1);
    list(destination);
    enterReady(tenant);
    size--;
    return Optional.of(job);
  }

  private void count(Job job, int more) {
    Destination destination = destination(job.sync());
    destination.atWork += more;
    destination.tenant.atWork += more;
    atWork[rank(job)] += more;
  }

  /**
   * The tenant's next job of the priority; but the last place of a tenant or an account goes to
   * whichever of its jobs has waited longest for its weight, or those of low priority would never
   * get one.
   */
  private Job choose(Tenant tenant, int priority, Instant now) {
    int chosen = priority;
    if (tenant.atWork + 1 >= limits.perTenant()) {
      chosen =
          mostUrgent(
              i ->
                  tenant.shares[i].accounts.isEmpty()
                      ? Instant.MAX
                      : tenant.shares[i].accounts.first().oldest,
              now);
    }
    Job job = tenant.shares[chosen].accounts.first().jobs.element();
    Destination destination = destination(job.sync());
    if (destination.busy() + 1 >= most(destination)) {
      chosen = mostUrgent(i -> destination.accounts[i].oldest, now);
    }
    return destination.accounts[chosen].jobs.element();
  }

  /** The priority whose oldest job has the longest wait, each second counted by its weight. */
  private static int mostUrgent(IntFunction<Instant> oldest, Instant now) {
    int urgent = -1;
    long most = Long.MIN_VALUE;
    for (int i = 0; i < COUNT; i++) {
      Instant since = oldest.apply(i);
      if (!since.equals(Instant.MAX)) {
        long waited =
            (now.toEpochMilli() - since.toEpochMilli() + 1) * FleetLimits.weight(PRIORITIES.get(i));
        if (waited > most) {
          most = waited;
          urgent = i;
        }
      }
    }
    return urgent;
  }

  @Override
  public void working(Job job) {
    recount(job, destination -> count(job, 1));
  }

  @Override
  public void reads(Job job) {
    if (reading.add(job.sync())) {
      recount(job, destination -> destination.reading++);
    }
  }

  @Override
  public void left(Job job) {
    if (reading.remove(job.sync())) {
      recount(job, destination -> destination.reading--);
    }
    recount(job, destination -> count(job, -1));
  }

  private void recount(Job job, Consumer<Destination> change) {
    Destination destination = destination(job.sync());
    leaveReady(destination.tenant);
    unlist(destination);
    change.accept(destination);
    list(destination);
    enterReady(destination.tenant);
  }

  @Override
  public void circuit(String account, CircuitReport circuit) {
    Destination destination = destination(account);
    leaveReady(destination.tenant);
    unlist(destination);
    destination.circuit = circuit;
    destination.probing = false;
    if (circuit.openUntil() != null) {
      reopenings.add(new Reopening(circuit.openUntil(), account));
    }
    list(destination);
    enterReady(destination.tenant);
  }

  @Override
  public List<HeldAccount> held(Instant now) {
    List<HeldAccount> held = new ArrayList<>();
    destinations.forEach(
        (name, destination) -> {
          Instant until = destination.circuit.openUntil();
          int jobs = 0;
          for (Account account : destination.accounts) {
            jobs += account.jobs.size();
          }
          if (jobs > 0 && until != null && until.isAfter(now)) {
            held.add(new HeldAccount(name, jobs, destination.circuit.lastError(), until));
          }
        });
    held.sort(Comparator.comparing(HeldAccount::account));
    return held;
  }

  @Override
  public List<Job> waiting() {
    List<Job> waiting = new ArrayList<>(size);
    for (Destination destination : destinations.values()) {
      for (Account account : destination.accounts) {
        waiting.addAll(account.jobs);
      }
    }
    return waiting;
  }

  @Override
  public int size() {
    return size;
  }

  /** From its time on, a circuit lets one job through at once. */
  private void reopen(Instant now) {
    while (!reopenings.isEmpty() && !reopenings.element().at().isAfter(now)) {
      Reopening due = reopenings.remove();
      Destination destination = destinations.get(due.account());
      if (due.at().equals(destination.circuit.openUntil()) && !destination.probing) {
        leaveReady(destination.tenant);
        unlist(destination);
        destination.probing = true;
        list(destination);
        enterReady(destination.tenant);
      }
    }
  }

  /** Of the priorities that have something to start, the one with the fewest for its weight. */
  private int neediest() {
    int neediest = -1;
    for (int i = 0; i < COUNT; i++) {
      if (!ready.get(i).isEmpty()
          && (neediest < 0
              || atWork[i] * FleetLimits.weight(PRIORITIES.get(neediest))
                  < atWork[neediest] * FleetLimits.weight(PRIORITIES.get(i)))) {
        neediest = i;
      }
    }
    return neediest;
  }

  /** Place of the job's priority among all. */
  private static int rank(Job job) {
    return switch (job.sync().priority()) {
      case HIGH -> 0;
      case NORMAL -> 1;
      case LOW -> 2;
    };
  }

  private int most(Destination destination) {
    if (destination.circuit.openUntil() == null) {
      return limits.perAccount();
    }
    return destination.probing ? 1 : 0;
  }

  private Destination destination(FleetSync sync) {
    return destination(sync.account());
  }

  /** Of an account, which is called {@code tenant/destination}. */
  private Destination destination(String name) {
    Destination known = destinations.get(name);
    if (known != null) {
      return known;
    }
    Tenant tenant = tenants.computeIfAbsent(name.substring(0, name.indexOf('/')), Tenant::new);
    Destination destination = new Destination(tenant);
    for (int i = 0; i < COUNT; i++) {
      destination.accounts[i] = new Account(name);
      if (tenant.shares[i] == null) {
        tenant.shares[i] = new TenantShare(tenant);
      }
    }
    destinations.put(name, destination);
    return destination;
  }

  // A tree does not notice that what it sorts by changes: whatever may, is taken out before and put
  // in again afterwards.

  private void unlist(Destination destination) {
    for (int i = 0; i < COUNT; i++) {
      if (!destination.accounts[i].jobs.isEmpty()) {
        destination.tenant.shares[i].accounts.remove(destination.accounts[i]);
      }
    }
  }

  private void list(Destination destination) {
    if (destination.busy() >= most(destination)) {
      return;
    }
    for (int i = 0; i < COUNT; i++) {
      if (!destination.accounts[i].jobs.isEmpty()) {
        destination.tenant.shares[i].accounts.add(destination.accounts[i]);
      }
    }
  }

  private void leaveReady(Tenant tenant) {
    for (int i = 0; i < COUNT; i++) {
      if (!tenant.shares[i].accounts.isEmpty()) {
        ready.get(i).remove(tenant.shares[i]);
      }
    }
  }

  private void enterReady(Tenant tenant) {
    if (tenant.atWork >= limits.perTenant()) {
      return;
    }
    for (int i = 0; i < COUNT; i++) {
      if (!tenant.shares[i].accounts.isEmpty()) {
        ready.get(i).add(tenant.shares[i]);
      }
    }
  }
}
