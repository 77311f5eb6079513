/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Providers;
import io.backhaul.destination.config.Shape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A configuration folder, read and checked. Nothing is read from a source and nothing is sent:
 * destinations are only asked, without I/O, what they can do.
 */
public final class Workspace {

  private final ConfFiles files;
  private final LedgerSpec ledger;
  private final PiiSpec pii;
  private final Retention retention;
  private final Optional<LineageSpec> lineage;
  private final Optional<AlertSpec> alerts;
  private final List<DestinationConfig> destinations;
  private final List<SyncSpec> syncs;

  private Workspace(
      ConfFiles files,
      Backhaul backhaul,
      List<DestinationConfig> destinations,
      List<SyncSpec> syncs) {
    this.files = files;
    this.ledger = backhaul.ledger();
    this.pii = backhaul.pii();
    this.retention = backhaul.retention();
    this.lineage = backhaul.lineage();
    this.alerts = backhaul.alerts();
    this.destinations = List.copyOf(destinations);
    this.syncs = List.copyOf(syncs);
  }

  /** What {@code backhaul.yaml} holds. */
  private record Backhaul(
      LedgerSpec ledger,
      PiiSpec pii,
      Retention retention,
      Optional<LineageSpec> lineage,
      Optional<AlertSpec> alerts) {}

  /**
   * Reads all files of the folder.
   *
   * @param conf the folder with {@code backhaul.yaml}
   * @throws SpecException with the problems of all files
   */
  public static Workspace read(Path conf, Secrets secrets) {
    return read(conf, secrets, installed());
  }

  /**
   * Reads {@code backhaul.yaml}, one sync and its destination; other files may be broken.
   *
   * @param sync {@code tenant/name}, or {@code name} where one tenant has it
   * @throws SpecException with the problems of these three files
   */
  public static Workspace forSync(Path conf, Secrets secrets, String sync) {
    return forSync(conf, secrets, sync, installed());
  }

  /**
   * What can be used of a folder.
   *
   * @param workspace with the syncs in which nothing is wrong
   * @param broken what is wrong with the others, and with files that belong to none
   */
  public record Usable(Workspace workspace, List<SpecProblem> broken) {
    public Usable {
      broken = List.copyOf(broken);
    }
  }

  /**
   * Reads all files of the folder, and goes on without the syncs in which something is wrong: one
   * tenant's mistake is not another's.
   *
   * @throws SpecException with the problems of {@code backhaul.yaml}
   */
  public static Usable usable(Path conf, Secrets secrets) {
    return usable(conf, secrets, installed());
  }

  static Usable usable(Path conf, Secrets secrets, List<DestinationProvider> providers) {
    ConfFiles files = new ConfFiles(conf);
    Reading whole = new Reading(files, secrets, providers);
    Optional<Backhaul> read = whole.backhaul();
    whole.problems.throwIfAny();
    Backhaul backhaul = read.orElseThrow();
    whole.problems.addAll(files.misplaced());
    List<SyncSpec> syncs = new ArrayList<>();
    for (ConfFiles.Entry entry : files.syncs()) {
      whole.sync(entry).ifPresent(syncs::add); // one with a problem is none
    }
    SyncSequences.check(syncs, whole.problems); // those in a circle are never due, and do no harm
    List<DestinationConfig> destinations =
        syncs.stream().map(SyncSpec::destination).distinct().toList();
    return new Usable(new Workspace(files, backhaul, destinations, syncs), whole.problems.all());
  }

  /** Changes when a file of the folder does, or one comes or goes; no file is opened for it. */
  public static Object stamp(Path conf) {
    return new ConfFiles(conf).stamp();
  }

  /**
   * Reads {@code backhaul.yaml} alone. Secrets that it names may be missing: who only looks at the
   * ledger need not have them.
   *
   * @throws SpecException with its problems
   */
  public static Workspace forLedger(Path conf, Secrets secrets) {
    ConfFiles files = new ConfFiles(conf);
    return new Reading(files, secrets.optional(), List.of()).workspace(List.of(), List.of());
  }

  static Workspace read(Path conf, Secrets secrets, List<DestinationProvider> providers) {
    ConfFiles files = new ConfFiles(conf);
    Reading reading = new Reading(files, secrets, providers);
    reading.problems.addAll(files.misplaced());
    files.tenants().forEach(entry -> reading.tenant(entry.tenant()));
    return reading.workspace(files.destinations(), files.syncs());
  }

  static Workspace forSync(
      Path conf, Secrets secrets, String sync, List<DestinationProvider> providers) {
    ConfFiles files = new ConfFiles(conf);
    return new Reading(files, secrets, providers).workspace(List.of(), List.of(files.sync(sync)));
  }

  /** Where the ledger is. */
  public LedgerSpec ledger() {
    return ledger;
  }

  /** How personal values are kept in it. */
  public PiiSpec pii() {
    return pii;
  }

  /** How long {@code maintain} keeps what is in it. */
  public Retention retention() {
    return retention;
  }

  /** Who is told of runs; nothing where nobody is. */
  public Optional<LineageSpec> lineage() {
    return lineage;
  }

  /** Where people are told of what needs them; nothing where they are not. */
  public Optional<AlertSpec> alerts() {
    return alerts;
  }

  /** The syncs that were read, by tenant and name. */
  public List<SyncSpec> syncs() {
    return syncs;
  }

  /** The destinations that were read, by tenant and name. */
  public List<DestinationConfig> destinations() {
    return destinations;
  }

  /**
   * One of the syncs that were read.
   *
   * @param sync {@code tenant/name}, or {@code name} where one tenant has it
   * @throws SpecException if there is none or more than one, with the nearest name
   */
  public SyncSpec sync(String sync) {
    String id = files.sync(sync).id();
    return syncs.stream()
        .filter(spec -> spec.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(id + " was not read"));
  }

  /**
   * {@code tenant/name} of a sync, whatever is in its file.
   *
   * @param sync {@code tenant/name}, or {@code name} where one tenant has it
   * @throws SpecException if there is none or more than one, with the nearest name
   */
  public String id(String sync) {
    return files.sync(sync).id();
  }

  static List<DestinationProvider> installed() {
    return List.copyOf(Providers.all().values());
  }

  /** One pass over some of the files. */
  private static final class Reading {
    private final ConfFiles files;
    private final Secrets secrets;
    private final List<DestinationProvider> providers;
    private final SpecProblems problems = new SpecProblems();
    private final Map<String, Optional<DestinationReader.Checked>> checked = new HashMap<>();
    private final Map<String, Optional<Tenant>> tenants = new HashMap<>();

    private Reading(ConfFiles files, Secrets secrets, List<DestinationProvider> providers) {
      this.files = files;
      this.secrets = secrets;
      this.providers = providers;
    }

    private Workspace workspace(
        List<ConfFiles.Entry> destinationFiles, List<ConfFiles.Entry> syncFiles) {
      Optional<Backhaul> backhaul = backhaul();
      List<DestinationConfig> destinations = new ArrayList<>();
      for (ConfFiles.Entry entry : destinationFiles) {
        destination(entry).map(DestinationReader.Checked::config).ifPresent(destinations::add);
      }
      List<SyncSpec> syncs = new ArrayList<>();
      for (ConfFiles.Entry entry : syncFiles) {
        sync(entry).ifPresent(syncs::add);
      }
      SyncSequences.check(syncs, problems);
      problems.throwIfAny();
      if (destinationFiles.isEmpty()) {
        syncs.stream().map(SyncSpec::destination).distinct().forEach(destinations::add);
      }
      return new Workspace(files, backhaul.orElseThrow(), destinations, syncs);
    }

    private Optional<Backhaul> backhaul() {
      ConfFiles.Entry entry = files.backhaul();
      Checks checks = new Checks(new SpecMarks(entry.shown()), new SpecProblems());
      List<String> missing = new ArrayList<>();
      Optional<Backhaul> spec =
          canonical(
                  entry,
                  FileShapes.BACKHAUL,
                  secrets,
                  reader -> missing.addAll(reader.missing()),
                  checks)
              .filter(root -> root.has("ledger"))
              .map(
                  root ->
                      new Backhaul(
                          ledger((ObjectNode) root.get("ledger"), checks),
                          PiiReader.read(root, missing, checks),
                          retention(root.path("maintain"), checks),
                          LineageReader.read(root, checks),
                          AlertReader.read(root, checks)));
      problems.addAll(checks.problems().all());
      return spec;
    }

    private LedgerSpec ledger(ObjectNode ledger, Checks checks) {
      checks.exactlyOne("ledger", "path", "schema");
      return new LedgerSpec(
          folder(ledger, "path", checks),
          ledger.path("schema").textValue(),
          folder(ledger, "journal", checks),
          ledger.path("pii_key").textValue());
    }

    private static Retention retention(JsonNode terms, Checks checks) {
      return new Retention(
          term("runs", terms, checks),
          term("deliveries", terms, checks),
          term("freshness", terms, checks),
          term("field_failures", terms, checks),
          term("dead_letters", terms, checks),
          term("outbox", terms, checks),
          term("vacuum", terms, checks));
    }

    private static Duration term(String name, JsonNode terms, Checks checks) {
      if (!terms.has(name)) {
        return Retention.SHORTEST; // it has a problem of its own
      }
      Duration term = Duration.ofMillis(terms.get(name).longValue());
      if (term.compareTo(Retention.SHORTEST) < 0) {
        checks.problem(
            "maintain." + name,
            "is too short: runs and queries under way still read what it would remove; 1d is the"
                + " least");
      }
      return term;
    }

    private String folder(ObjectNode ledger, String key, Checks checks) {
      return Optional.ofNullable(ledger.path(key).textValue())
          .flatMap(path -> checks.absolute("ledger." + key, files.base(), path))
          .orElse(null);
    }

    /** What the tenant may name; empty if a problem with its file was added instead. */
    private Optional<Tenant> tenant(String name) {
      if (!files.drawsLines()) {
        return Optional.of(Tenant.ALONE);
      }
      return tenants.computeIfAbsent(
          name,
          tenant -> {
            Optional<ConfFiles.Entry> entry = files.tenant(tenant);
            if (entry.isEmpty()) {
              problems.add(
                  new SpecProblem(
                      files.tenantFile(tenant),
                      0,
                      0,
                      "",
                      "there is no such file, and where tenants have files, one without may do"
                          + " nothing; write it (allow: {…}), or remove the folder of all",
                      null));
            }
            return entry.flatMap(this::tenant);
          });
    }

    private Optional<Tenant> tenant(ConfFiles.Entry entry) {
      Checks checks = new Checks(new SpecMarks(entry.shown()), new SpecProblems());
      Optional<Tenant> tenant =
          canonical(entry, TenantFile.SHAPE, secrets, checks)
              .filter(root -> root.has("allow"))
              .map(
                  root ->
                      TenantFile.read(entry, (ObjectNode) root.get("allow"), files.base(), checks));
      problems.addAll(checks.problems().all());
      return checks.problems().isEmpty() ? tenant : Optional.empty();
    }

    private Optional<SyncSpec> sync(ConfFiles.Entry entry) {
      Optional<Tenant> tenant = tenant(entry.tenant());
      if (tenant.isEmpty()) {
        return Optional.empty();
      }
      Checks checks = new Checks(new SpecMarks(entry.shown()), new SpecProblems());
      Set<String> named = new HashSet<>();
      Optional<SyncSpec> spec =
          canonical(
                  entry,
                  FileShapes.SYNC,
                  tenant.get().within(secrets),
                  reader -> named.addAll(reader.named()),
                  checks)
              .flatMap(
                  sync ->
                      new SyncReader(files, entry, tenant.get(), named, checks)
                          .read(sync, destination(entry.tenant(), sync, checks)));
      problems.addAll(checks.problems().all());
      return spec;
    }

    private Optional<DestinationReader.Checked> destination(
        String tenant, ObjectNode sync, Checks checks) {
      if (!sync.has("destination")) {
        return Optional.empty();
      }
      String name = sync.get("destination").textValue();
      Optional<ConfFiles.Entry> entry = files.destination(tenant, name);
      if (entry.isEmpty()) {
        List<ConfFiles.Entry> known = files.destinations(tenant);
        checks.problem(
            "destination",
            known.isEmpty()
                ? "the tenant " + tenant + " has no folder of destinations, so no " + name
                : "the tenant " + tenant + " has no destination " + name,
            name,
            known.stream().map(ConfFiles.Entry::name).toList());
      }
      return entry.flatMap(this::destination);
    }

    private Optional<DestinationReader.Checked> destination(ConfFiles.Entry entry) {
      return checked.computeIfAbsent(
          entry.id(),
          id -> {
            Optional<SpecProblem> foreign = files.foreign(entry);
            foreign.ifPresent(problems::add);
            return foreign.isPresent()
                ? Optional.empty()
                : tenant(entry.tenant())
                    .flatMap(
                        tenant ->
                            new DestinationReader(providers, secrets, tenant)
                                .read(entry, problems));
          });
    }

    private Optional<ObjectNode> canonical(
        ConfFiles.Entry entry, Shape shape, Secrets secrets, Checks checks) {
      return canonical(entry, shape, secrets, reader -> {}, checks);
    }

    private Optional<ObjectNode> canonical(
        ConfFiles.Entry entry,
        Shape shape,
        Secrets secrets,
        Consumer<ShapeReader> afterwards,
        Checks checks) {
      Optional<SpecProblem> foreign = files.foreign(entry);
      if (foreign.isPresent()) {
        checks.problems().add(foreign.get());
        return Optional.empty();
      }
      return YamlReader.read(entry.file(), checks.marks(), checks.problems())
          .map(
              yaml -> {
                ShapeReader reader = new ShapeReader(checks.marks(), secrets, checks.problems());
                ObjectNode read = reader.read(yaml, shape);
                afterwards.accept(reader);
                return read;
              });
    }
  }
}
