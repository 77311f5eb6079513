/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Sleeper;
import io.backhaul.diff.mapping.MappingException;
import io.backhaul.jobs.backfill.Backfill;
import io.backhaul.jobs.backfill.BackfillReport;
import io.backhaul.jobs.backfill.BackfillRequest;
import io.backhaul.jobs.bench.Bench;
import io.backhaul.jobs.bench.BenchOptions;
import io.backhaul.jobs.bench.BenchResult;
import io.backhaul.jobs.console.ConsoleProgress;
import io.backhaul.jobs.deadletter.DeadLetterBox;
import io.backhaul.jobs.deadletter.ProtectedFields;
import io.backhaul.jobs.demo.Demo;
import io.backhaul.jobs.fleet.Target;
import io.backhaul.jobs.fleet.Wish;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerRoot;
import io.backhaul.jobs.lineage.RunLineage;
import io.backhaul.jobs.maintain.Maintenance;
import io.backhaul.jobs.maintain.TableUpkeep;
import io.backhaul.jobs.rehearse.Rehearsal;
import io.backhaul.jobs.rehearse.RehearsalReport;
import io.backhaul.jobs.report.DestinationIds;
import io.backhaul.jobs.report.LedgerQuery;
import io.backhaul.jobs.report.SyncStatus;
import io.backhaul.jobs.session.LocalSession;
import io.backhaul.jobs.spec.LedgerSpec;
import io.backhaul.jobs.spec.Secrets;
import io.backhaul.jobs.spec.SpecProblems;
import io.backhaul.jobs.spec.SyncSpec;
import io.backhaul.jobs.spec.Workspace;
import io.backhaul.jobs.sync.Cancellation;
import io.backhaul.jobs.sync.DryRun;
import io.backhaul.jobs.sync.RunObserver;
import io.backhaul.jobs.sync.RunOptions;
import io.backhaul.jobs.sync.RunReport;
import io.backhaul.jobs.sync.SyncRun;
import io.backhaul.jobs.worker.Fleet;
import io.backhaul.jobs.worker.FleetFiles;
import io.backhaul.jobs.worker.FleetSettings;
import io.backhaul.jobs.worker.Term;
import io.backhaul.jobs.worker.WorkerReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/**
 * Works on a configuration folder with a Spark session, which starts when it is first needed: what
 * is wrong with the files is said without waiting for it. Not thread-safe.
 */
final class SessionOperations implements Operations {

  private final Path conf;
  private final ConsoleProgress progress;
  private final Clock clock;
  private SparkSession started;

  SessionOperations(Path conf, ConsoleProgress progress, Clock clock) {
    this.conf = conf;
    this.progress = progress;
    this.clock = clock;
  }

  @Override
  public Checked validate(String sync, Asking asking) {
    Workspace workspace =
        sync == null
            ? Workspace.read(conf, Secrets.system())
            : Workspace.forSync(conf, Secrets.system(), sync);
    List<String> notes = new ArrayList<>();
    List<Probed> probes = new ArrayList<>();
    SpecProblems problems = new SpecProblems();
    if (asking == Asking.CREDENTIALS) {
      LiveCheck live = new LiveCheck(problems, notes, probes, clock);
      workspace.destinations().forEach(live::check);
    }
    if (asking != Asking.NOBODY && !workspace.syncs().isEmpty()) {
      new SpecFit(session(), workspace.syncs(), problems, notes).check();
    }
    problems.throwIfAny();
    List<String> warnings = new ArrayList<>();
    for (SyncSpec spec : workspace.syncs()) {
      spec.upstream().failures().forEach(why -> warnings.add(spec.id() + " would stop: " + why));
      spec.upstream().warnings().forEach(why -> warnings.add(spec.id() + ": " + why));
      spec.lookedUpTooEarly().ifPresent(why -> warnings.add(spec.id() + ": " + why));
    }
    return new Checked(
        workspace.syncs().size(), workspace.destinations().size(), warnings, notes, probes);
  }

  @Override
  public DryRun.Plan plan(String sync, RunOptions options) {
    Workspace workspace = Workspace.forSync(conf, Secrets.system(), sync);
    SyncSpec spec = workspace.sync(sync);
    Ledger ledger = ledger(workspace.ledger());
    progress.begin(spec.id() + " plan", -1);
    return fitting(spec, () -> DryRun.plan(ledger, spec, options, workspace.pii()));
  }

  @Override
  public RunReport sync(String sync, RunOptions options) {
    Workspace workspace = Workspace.forSync(conf, Secrets.system(), sync);
    SyncSpec spec = workspace.sync(sync);
    Cancellation cancellation = new Cancellation();
    Ledger ledger = ledger(workspace.ledger());
    Optional<RunLineage> lineage =
        workspace
            .lineage()
            .map(server -> new RunLineage(server, spec, ledger.spark().version(), clock));
    SyncRun run =
        new SyncRun(
            ledger,
            spec,
            options,
            clock,
            lineage.<RunObserver>map(progress::and).orElse(progress),
            workspace.pii(),
            cancellation);
    try {
      return stoppable(cancellation, () -> fitting(spec, run::run));
    } finally {
      lineage.ifPresent(RunLineage::close);
    }
  }

  @Override
  public BackfillReport backfill(String sync, BackfillRequest request) {
    Workspace workspace = Workspace.forSync(conf, Secrets.system(), sync);
    SyncSpec spec = workspace.sync(sync);
    Cancellation cancellation = new Cancellation();
    Backfill backfill =
        new Backfill(
            ledger(workspace.ledger()),
            spec,
            request,
            clock,
            Sleeper.SYSTEM,
            progress,
            workspace.pii());
    return stoppable(
        cancellation, () -> fitting(spec, () -> uninterrupted(() -> backfill.run(cancellation))));
  }

  @Override
  public RehearsalReport rehearse(String sync, RunOptions options) {
    Workspace workspace = Workspace.forSync(conf, Secrets.system().orMadeUp(), sync);
    SyncSpec spec = workspace.sync(sync);
    Ledger ledger = ledger(workspace.ledger());
    return fitting(
        spec, () -> new Rehearsal(ledger, spec, options, clock, progress, workspace.pii()).run());
  }

  @Override
  public List<SyncStatus> status(String sync) {
    SyncName name = SyncName.of(sync);
    return SyncStatus.of(ledger(), name.tenant(), name.sync(), clock.instant());
  }

  @Override
  public Ids ids(String sync, List<String> keys, int limit) {
    Workspace workspace = Workspace.forLedger(conf, Secrets.system());
    String id = workspace.id(sync);
    SyncName name = SyncName.of(id);
    DestinationIds ids = new DestinationIds(ledger(workspace.ledger()), name.tenant(), name.sync());
    return new Ids(id, keys.isEmpty() ? ids.first(limit) : ids.of(keys));
  }

  @Override
  public List<ObjectNode> letters(DeadLetterBox.Filter filter, String status, int limit) {
    return letters().list(filter, status, limit).stream().map(RowJson::of).toList();
  }

  @Override
  public Optional<ObjectNode> letter(String letterId) {
    Workspace workspace = Workspace.forLedger(conf, Secrets.system());
    ProtectedFields fields = new ProtectedFields(workspace.pii());
    return new DeadLetterBox(ledger(workspace.ledger()), clock)
        .show(letterId)
        .map(
            letter -> {
              ProtectedFields.Shown shown = fields.of(letter);
              ObjectNode node = RowJson.of(letter).put("payload", shown.payload());
              return shown.note() == null ? node : node.put("protected", shown.note());
            });
  }

  @Override
  public long retry(DeadLetterBox.Filter filter) {
    return letters().retry(filter);
  }

  @Override
  public long discard(DeadLetterBox.Filter filter) {
    return letters().discard(filter, "backhaul dlq discard");
  }

  @Override
  public Answer sql(String statement, Integer limit) {
    LedgerQuery.Answer answer = LedgerQuery.ask(ledger(), statement, limit);
    return new Answer(
        answer.columns(), answer.rows().stream().map(RowJson::of).toList(), answer.more());
  }

  @Override
  public List<TableUpkeep> maintain(boolean dryRun) {
    Workspace workspace = Workspace.forLedger(conf, Secrets.system());
    Ledger ledger = ledger(workspace.ledger());
    try {
      return new Maintenance(
              ledger, workspace.retention(), clock, table -> progress.begin(table, -1))
          .run(dryRun);
    } finally {
      progress.end();
    }
  }

  @Override
  public FleetEnd fleet(Term term, FleetSettings settings, Consumer<String> tell) {
    FleetFiles files = new FleetFiles(conf, Secrets.system());
    session(settings.places());
    Cancellation stop = new Cancellation();
    Fleet fleet = new Fleet(ledger(files.now().workspace().ledger()), files, settings, clock);
    WorkerReport report =
        stoppable(
            stop, () -> uninterrupted(() -> fleet.run(term, new FleetLines(tell, clock), stop)));
    return new FleetEnd(report, files.now().broken());
  }

  @Override
  public Target target(String sync) {
    SyncName name = SyncName.of(sync);
    if (name.tenant() != null) {
      return new Target.OneSync(name.tenant(), name.sync());
    }
    SyncSpec spec = Workspace.usable(conf, Secrets.system()).workspace().sync(sync);
    return new Target.OneSync(spec.tenant(), spec.name());
  }

  @Override
  public Set<String> wish(Wish wish, Target target) {
    return fleet().grant(wish, target);
  }

  @Override
  public boolean closeCircuit(String tenant, String destination) {
    return fleet().closeCircuit(tenant, destination);
  }

  /** For a wish: what is wrong with some files is not its concern. */
  private Fleet fleet() {
    FleetFiles files = new FleetFiles(conf, Secrets.system().optional());
    return new Fleet(ledger(files.now().workspace().ledger()), files, FleetSettings.DEFAULT, clock);
  }

  @Override
  public List<RunReport> demo(Path folder, long rows, PrintWriter out, int columns)
      throws IOException {
    try {
      return new Demo(session(), folder, rows, clock, progress, out, columns).run();
    } finally {
      progress.end();
    }
  }

  @Override
  public BenchResult bench(BenchOptions options, Consumer<String> tell) throws IOException {
    return new Bench(session(), options, clock, tell).run();
  }

  @Override
  public void close() {
    if (started != null) {
      started.stop();
    }
  }

  private DeadLetterBox letters() {
    return new DeadLetterBox(ledger(), clock);
  }

  private Ledger ledger() {
    return ledger(Workspace.forLedger(conf, Secrets.system()).ledger());
  }

  private Ledger ledger(LedgerSpec spec) {
    SparkSession spark = session();
    return new Ledger(spark, LedgerRoot.of(spark, spec));
  }

  private SparkSession session() {
    return session(0);
  }

  /** For so many runs beside each other. */
  private SparkSession session(int runs) {
    Optional<SparkSession> running = LocalSession.running();
    if (running.isEmpty()) {
      progress.begin("starting Spark", -1);
      started = LocalSession.open(runs);
      progress.end();
    }
    return running.orElse(started);
  }

  /** Does work that Ctrl-C and SIGTERM end early. */
  private static <T> T stoppable(Cancellation cancellation, Supplier<T> work) {
    StopSignals signals = StopSignals.into(cancellation);
    try {
      return work.get();
    } finally {
      signals.close();
    }
  }

  /** Work that waits now and then. */
  @FunctionalInterface
  private interface Waiting<T> {
    T get() throws InterruptedException;
  }

  private static <T> T uninterrupted(Waiting<T> work) {
    try {
      return work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("it was interrupted", e);
    }
  }

  /** Says what the source does not have as a problem of the sync file. */
  private <T> T fitting(SyncSpec spec, Supplier<T> work) {
    try {
      return work.get();
    } catch (MappingException e) {
      SpecProblems problems = new SpecProblems();
      problems.addAll(SpecFit.problems(spec, e));
      problems.throwIfAny();
      throw e;
    } finally {
      progress.end();
    }
  }
}
