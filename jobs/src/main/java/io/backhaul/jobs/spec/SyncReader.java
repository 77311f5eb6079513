/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Op;
import io.backhaul.diff.change.GuardSpec;
import io.backhaul.diff.change.Limit;
import io.backhaul.diff.change.Mode;
import io.backhaul.diff.change.OnMappingChange;
import io.backhaul.diff.change.Send;
import io.backhaul.diff.change.Strategy;
import io.backhaul.diff.mapping.FieldMapping;
import io.backhaul.diff.mapping.MappingSpec;
import io.backhaul.diff.source.SnapshotSource;
import io.backhaul.diff.source.SourceSpec;
import io.backhaul.diff.validation.FieldRule;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Turns the canonical form of a sync file into a spec, checking what no single key can tell. */
final class SyncReader {

  private static final Duration SHORTEST_READ = Duration.ofSeconds(1);

  private final Checks checks;
  private final ConfFiles.Entry entry;
  private final ConfFiles files;
  private final Tenant tenant;
  private final Set<String> named;

  /**
   * @param named every value that a secret reference of the file named
   */
  SyncReader(
      ConfFiles files, ConfFiles.Entry entry, Tenant tenant, Set<String> named, Checks checks) {
    this.files = files;
    this.tenant = tenant;
    this.named = named;
    this.entry = entry;
    this.checks = checks;
  }

  /**
   * The spec; empty if a problem was added, to these checks or earlier to the destination's.
   *
   * @param destination what {@code destination:} names, empty where it has problems of its own
   */
  Optional<SyncSpec> read(ObjectNode sync, Optional<DestinationReader.Checked> destination) {
    Optional<Mode> mode = word(Mode.class, sync.get("mode"));
    ObjectNode written = (ObjectNode) sync.get("source");
    DbtSourceReader dbt = new DbtSourceReader(checks, files.base(), tenant.reach());
    Optional<DbtSourceReader.Found> found =
        written != null && written.path("type").asText().equals("dbt")
            ? dbt.read(written)
            : Optional.empty();
    Optional<SourceSpec> source =
        found
            .map(DbtSourceReader.Found::source)
            .orElseGet(
                () -> new SourceReader(checks, files.base(), tenant.reach(), named).read(written));
    Optional<MappingSpec> mapping =
        new MappingReader(checks, tenant.functions(), new SiblingSyncs(files, entry))
            .read(sync, mode.isEmpty() || mode.get() == Mode.DELETE);
    Upstream upstream =
        found.isPresent() && mapping.isPresent()
            ? dbt.checked(found.get(), mapping.get())
            : Upstream.SILENT;
    List<FieldRule> rules =
        mapping.isPresent()
            ? new RuleReader(checks, tenant.functions()).read(sync.get("validate"))
            : List.of();
    JsonNode changes = sync.path("changes");
    Optional<Strategy> strategy = word(Strategy.class, changes.get("strategy"));
    strategy.ifPresent(s -> checkStrategy(s, mode, source));
    Optional<Pushdown> pushdown = word(Pushdown.class, changes.get("pushdown"));
    if (pushdown.equals(Optional.of(Pushdown.HASH))) {
      checkPushdown(strategy, source);
    }
    mapping.ifPresent(m -> checkLookups(m, mode, pushdown));
    mode.ifPresent(m -> destination.ifPresent(d -> checkOps(m, d)));
    Schedule schedule =
        new ScheduleReader(checks, files.syncs(entry.tenant()), entry.name())
            .read(sync.get("schedule"), source);
    if (sync.path("read_timeout").asLong(Long.MAX_VALUE) < SHORTEST_READ.toMillis()) {
      checks.problem("read_timeout", "nothing is read in less than a second");
    }
    Optional<DeliveryGuarantee> delivery = word(DeliveryGuarantee.class, sync.get("delivery"));
    Optional<OnInDoubt> onInDoubt = word(OnInDoubt.class, sync.get("on_in_doubt"));
    if (delivery.equals(Optional.of(DeliveryGuarantee.AT_MOST_ONCE))
        && onInDoubt.equals(Optional.of(OnInDoubt.RESEND))) {
      checks.problem(
          "on_in_doubt",
          "at_most_once never sends again what is in doubt; leave on_in_doubt out, or say delivery:"
              + " at_least_once");
    }
    if (!checks.problems().isEmpty()
        || destination.isEmpty()
        || source.isEmpty()
        || mapping.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new SyncSpec(
            entry.tenant(),
            entry.name(),
            source.get(),
            upstream,
            mapping.get(),
            rules,
            destination.get().config(),
            sync.get("object").textValue(),
            mode.orElseThrow(),
            schedule,
            strategy.orElseThrow(),
            pushdown.orElseThrow(),
            Duration.ofMillis(changes.get("overlap").longValue()),
            word(Send.class, sync.get("send")).orElseThrow(),
            word(OnMappingChange.class, sync.get("on_mapping_change")).orElseThrow(),
            delivery.orElseThrow(),
            onInDoubt.orElseThrow(),
            word(Priority.class, sync.get("priority")).orElseThrow(),
            Duration.ofMillis(sync.get("read_timeout").longValue()),
            guards(sync.get("guards")),
            limit(sync.get("guards").get("max_rejected")),
            Optional.ofNullable(sync.get("canary")).map(SyncReader::canary),
            entry.file(),
            checks.marks()));
  }

  private void checkStrategy(Strategy strategy, Optional<Mode> mode, Optional<SourceSpec> source) {
    String path = "changes.strategy";
    if (strategy == Strategy.WATERMARK && !checks.marks().has("updated_at")) {
      checks.problem(path, "watermark needs updated_at, the column that its cursor follows");
    }
    if (strategy == Strategy.WATERMARK && mode.equals(Optional.of(Mode.MIRROR))) {
      checks.problem(
          path, "a watermark cannot see rows that left the source; mirror needs another strategy");
    }
    if (strategy == Strategy.CHANGE_FEED
        && source.isPresent()
        && !(source.get() instanceof SourceSpec.Delta)) {
      checks.problem(path, "change_feed needs a source of type delta");
    }
  }

  private void checkPushdown(Optional<Strategy> strategy, Optional<SourceSpec> source) {
    String path = "changes.pushdown";
    if (strategy.isPresent() && strategy.get() != Strategy.SNAPSHOT) {
      checks.problem(path, "hash goes with strategy: snapshot; leave one of the two out");
    }
    if (source.isPresent() && !SnapshotSource.pushesHashes(source.get())) {
      checks.problem(
          path,
          "hash needs a source whose database hashes rows: type jdbc with PostgreSQL, or snowflake"
              + " with a table or a query that says AT {pinned}");
    }
  }

  private void checkLookups(MappingSpec mapping, Optional<Mode> mode, Optional<Pushdown> pushdown) {
    mapping.fields().stream()
        .filter(FieldMapping.FromLookup.class::isInstance)
        .map(FieldMapping::field)
        .findFirst()
        .ifPresent(
            field -> {
              String path = "mapping." + field + ".lookup";
              if (mode.equals(Optional.of(Mode.DELETE))) {
                checks.problem(path, "mode delete sends no fields; leave the lookup out");
              }
              if (pushdown.equals(Optional.of(Pushdown.HASH))) {
                checks.problem(
                    path,
                    "a database that hashes its rows does not know this id; leave changes.pushdown"
                        + " out, or the lookup");
              }
            });
  }

  private void checkOps(Mode mode, DestinationReader.Checked destination) {
    Set<Op> missing = new TreeSet<>(ops(mode));
    missing.removeAll(destination.capabilities().ops());
    if (!missing.isEmpty()) {
      String possible =
          List.of(Mode.values()).stream()
              .filter(m -> destination.capabilities().ops().containsAll(ops(m)))
              .map(Mode::wireName)
              .collect(Collectors.joining(", "));
      checks.problem(
          "mode",
          "the destination %s (%s) takes no %s; possible modes are %s"
              .formatted(
                  destination.config().name(),
                  destination.config().type(),
                  missing.stream().map(Op::wireName).collect(Collectors.joining(" and no ")),
                  possible.isEmpty() ? "none" : possible));
    }
  }

  /** Which operations a sync of this mode may plan. */
  private static Set<Op> ops(Mode mode) {
    return switch (mode) {
      case UPSERT -> Set.of(Op.UPSERT);
      case UPDATE -> Set.of(Op.UPDATE);
      case INSERT, APPEND -> Set.of(Op.INSERT);
      case MIRROR -> Set.of(Op.UPSERT, Op.DELETE);
      case DELETE -> Set.of(Op.DELETE);
    };
  }

  private static GuardSpec guards(JsonNode guards) {
    return new GuardSpec(
        limit(guards.get("max_deletes")),
        limit(guards.get("max_changes")),
        guards.has("min_source_rows") ? guards.get("min_source_rows").longValue() : null,
        limit(guards.get("max_invalid")));
  }

  private static CanarySpec canary(JsonNode canary) {
    return new CanarySpec(canary.get("records").longValue(), limit(canary.get("max_rejected")));
  }

  private static Limit limit(JsonNode limit) {
    if (limit == null) {
      return null;
    }
    return limit.isTextual()
        ? Limit.ofShare(Double.parseDouble(limit.textValue().replace("%", "")) / 100)
        : Limit.ofCount(limit.longValue());
  }

  private static <E extends Enum<E>> Optional<E> word(Class<E> type, JsonNode word) {
    return Optional.ofNullable(word)
        .map(node -> Enum.valueOf(type, node.textValue().toUpperCase(Locale.ROOT)));
  }
}
