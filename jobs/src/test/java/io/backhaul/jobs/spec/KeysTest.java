/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeysTest {

  private static final String WEBHOOK = "https://hooks.example.com/services/T0/B0/x";

  @TempDir Path parent;

  /**
   * A row of {@code keys.txt}.
   *
   * @param key its path among the shapes; a case of variants stands in brackets
   * @param without the file without the key, or {@code null}
   */
  private record Row(String key, String with, String holds, String without, String thenHolds) {
    @Override
    public String toString() {
      return key;
    }
  }

  static List<Row> rows() {
    return Tables.rows("keys.txt")
        .map(
            cells ->
                new Row(
                    cells[0],
                    Tables.edit(Conf.CONTACTS, cells[1]),
                    cells[2],
                    cells[3].equals("-") ? null : Tables.edit(Conf.CONTACTS, cells[3]),
                    cells[4]))
        .toList();
  }

  static List<Row> rowsWithDefault() {
    return rows().stream().filter(row -> row.without() != null).toList();
  }

  /** Right sync files, for other tests. */
  static Stream<String> rightSyncs() {
    return rows().stream()
        .flatMap(row -> Stream.of(row.with(), row.without()))
        .filter(text -> text != null);
  }

  @Test
  void noKeyIsLeftOutOfTheTable() {
    assertThat(rows())
        .extracting(Row::key)
        .containsExactlyInAnyOrderElementsOf(keys(FileShapes.SYNC).keySet());
  }

  @Test
  void noDefaultIsLeftOutOfTheTable() {
    Map<String, Key> keys = keys(FileShapes.SYNC);

    assertThat(rows())
        .allSatisfy(
            row -> {
              Key key = keys.get(row.key());
              assertThat(key.required() && row.without() != null).isFalse();
              assertThat(key.fallback() != null && row.without() == null).isFalse();
            });
  }

  @ParameterizedTest
  @MethodSource("rows")
  void everyKeyArrivesWhereItBelongs(Row row) {
    assertThat(read(row.with())).contains(row.holds());
  }

  @ParameterizedTest
  @MethodSource("rowsWithDefault")
  void aKeyThatIsLeftOutHasItsDefault(Row row) {
    assertThat(read(row.without())).contains(row.thenHolds());
  }

  @Test
  void everyKeyOfTheLedgerArrivesWhereItBelongs() {
    assertThat(keys(FileShapes.BACKHAUL).keySet())
        .containsExactly(
            "alerts",
            "alerts.webhook",
            "alerts.webhook.timeout",
            "alerts.webhook.url",
            "ledger",
            "ledger.journal",
            "ledger.path",
            "ledger.pii_key",
            "ledger.schema",
            "lineage",
            "lineage.openlineage",
            "lineage.openlineage.api_key",
            "lineage.openlineage.endpoint",
            "lineage.openlineage.namespace",
            "lineage.openlineage.timeout",
            "lineage.openlineage.url",
            "maintain",
            "maintain.dead_letters",
            "maintain.deliveries",
            "maintain.field_failures",
            "maintain.freshness",
            "maintain.outbox",
            "maintain.runs",
            "maintain.vacuum",
            "pii",
            "pii.key",
            "pii.old_keys",
            "pii.protect");
    assertThat(ledger("{path: /a, journal: s3a://b/c, pii_key: '${env:ACME_TOKEN}'}"))
        .isEqualTo(new LedgerSpec("/a", null, "s3a://b/c", Conf.TOKEN));
    assertThat(ledger("{schema: main.backhaul}"))
        .isEqualTo(new LedgerSpec(null, "main.backhaul", null, null));
  }

  /** That each does what it says, {@link TenantsTest} shows by opening what it names. */
  @Test
  void noKeyOfATenantIsLeftOutOfTheAttacks() {
    assertThat(keys(TenantFile.SHAPE).keySet())
        .containsExactly(
            "allow",
            "allow.catalogs",
            "allow.functions",
            "allow.hosts",
            "allow.jdbc_options",
            "allow.paths",
            "allow.secrets",
            "allow.secrets.env",
            "allow.secrets.file",
            "allow.secrets.hadoop");
    List<String> refused = Attack.all().map(Attack::reason).toList();
    assertThat(keys(TenantFile.SHAPE).keySet())
        .filteredOn(key -> !List.of("allow", "allow.secrets").contains(key))
        .allSatisfy(key -> assertThat(refused).anyMatch(reason -> reason.contains(key)));
  }

  @Test
  void everyTermOfTheLedgerArrivesWhereItBelongsAndHasItsDefault() {
    assertThat(
            retention(
                "maintain: {runs: 1d, deliveries: 2d, freshness: 3d, field_failures: 4d,"
                    + " dead_letters: 5d, outbox: 6d, vacuum: 36h}\n"))
        .isEqualTo(
            new Retention(
                days(1), days(2), days(3), days(4), days(5), days(6), Duration.ofHours(36)));
    assertThat(retention(""))
        .isEqualTo(
            new Retention(days(400), days(90), days(400), days(90), days(90), days(7), days(7)));
  }

  @Test
  void everyKeyOfLineageArrivesWhereItBelongsAndHasItsDefault() {
    assertThat(
            lineage(
                "{url: 'https://m.example.com/ol/', endpoint: /in, api_key: '${env:ACME_TOKEN}',"
                    + " timeout: 2s, namespace: prod}"))
        .contains(
            new LineageSpec(
                URI.create("https://m.example.com/ol/in"),
                Conf.TOKEN,
                Duration.ofSeconds(2),
                "prod"));
    assertThat(lineage("{url: 'http://m.example.com:5000'}"))
        .contains(
            new LineageSpec(
                URI.create("http://m.example.com:5000/api/v1/lineage"),
                null,
                Duration.ofSeconds(5),
                "backhaul"));
    assertThat(lineage("{url: 'http://[::1]:5000', api_key: '${env:ACME_TOKEN}'}"))
        .as("a key goes to this machine in clear")
        .isPresent();
    assertThat(lineage("{url: 'https://m.example.com', api_key: '${env:NOT_SET}'}"))
        .as("who only looks at the ledger need not have the key")
        .isPresent();
    assertThat(Workspace.forLedger(new Conf(parent).folder(), Conf.SECRETS).lineage()).isEmpty();
  }

  @Test
  void everyKeyOfAlertsArrivesWhereItBelongsAndHasItsDefault() {
    assertThat(alerts("{url: '${env:WEBHOOK}', timeout: 2s}"))
        .contains(new AlertSpec(URI.create(WEBHOOK), Duration.ofSeconds(2)));
    assertThat(alerts("{url: '${env:WEBHOOK}'}"))
        .contains(new AlertSpec(URI.create(WEBHOOK), Duration.ofSeconds(5)))
        .get()
        .asString()
        .doesNotContain("services");
    assertThat(Workspace.forLedger(new Conf(parent).folder(), Conf.SECRETS).alerts()).isEmpty();
    assertThatThrownBy(() -> alerts("{url: '${env:ACME_TOKEN}'}"))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("alerts.webhook.url")
        .hasMessageContaining("is no http or https address")
        .hasMessageNotContaining(Conf.TOKEN);
  }

  private Optional<AlertSpec> alerts(String webhook) {
    Conf conf =
        new Conf(parent)
            .write("backhaul.yaml", "ledger: {path: /a}\nalerts:\n  webhook: " + webhook + "\n");
    Secrets secrets = Secrets.of(Map.of("WEBHOOK", WEBHOOK, "ACME_TOKEN", Conf.TOKEN));
    return Workspace.forLedger(conf.folder(), secrets).alerts();
  }

  private Optional<LineageSpec> lineage(String openlineage) {
    Conf conf =
        new Conf(parent)
            .write(
                "backhaul.yaml",
                "ledger: {path: /a}\nlineage:\n  openlineage: " + openlineage + "\n");
    return Workspace.forLedger(conf.folder(), Conf.SECRETS).lineage();
  }

  private static Duration days(int days) {
    return Duration.ofDays(days);
  }

  private Retention retention(String maintain) {
    Conf conf = new Conf(parent).write("backhaul.yaml", "ledger: {path: /a}\n" + maintain);
    return Workspace.forLedger(conf.folder(), Conf.SECRETS).retention();
  }

  private LedgerSpec ledger(String ledger) {
    Conf conf = new Conf(parent).write("backhaul.yaml", "ledger: " + ledger + "\n");
    return Workspace.forLedger(conf.folder(), Conf.SECRETS).ledger();
  }

  /** What dbt left: in its usual place, and in another where a model has another alias. */
  @BeforeEach
  void targetFolders() throws IOException {
    String manifest = Files.readString(Path.of("src/test/resources/dbt/manifest.json"));
    Files.createDirectories(parent.resolve("other"));
    Files.createDirectories(parent.resolve("target"));
    Files.writeString(parent.resolve("target/manifest.json"), manifest);
    Files.writeString(
        parent.resolve("other/manifest.json"),
        manifest.replace("\"alias\": \"customers\"", "\"alias\": \"clients\""));
    Files.copy(
        Path.of("src/test/resources/dbt/run_results.json"),
        parent.resolve("target/run_results.json"));
  }

  private String read(String text) {
    Conf conf = new Conf(parent).withAccounts().write("syncs/acme/contacts.yaml", text);
    return shown(conf.sync("contacts"));
  }

  /** A value as text, with everything in it: records may hide components from their own text. */
  private static String shown(Object value) {
    if (value instanceof Record held) {
      return Arrays.stream(held.getClass().getRecordComponents())
          .map(component -> component.getName() + "=" + shown(component(held, component)))
          .collect(Collectors.joining(", ", held.getClass().getSimpleName() + "(", ")"));
    }
    if (value instanceof Collection<?> many) {
      return many.stream().map(KeysTest::shown).collect(Collectors.joining(", ", "[", "]"));
    }
    return String.valueOf(value);
  }

  private static Object component(Record held, RecordComponent component) {
    try {
      return component.getAccessor().invoke(held);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static Map<String, Key> keys(Shape shape) {
    Map<String, Key> keys = new TreeMap<>();
    walk("", shape, keys);
    return keys;
  }

  private static void walk(String path, Shape shape, Map<String, Key> keys) {
    if (shape instanceof Shape.Obj obj) {
      for (Key key : obj.keys()) {
        String inner = path.isEmpty() ? key.name() : path + "." + key.name();
        keys.put(inner, key);
        walk(inner, key.shape(), keys);
      }
    } else if (shape instanceof Shape.Variants variants) {
      variants.cases().forEach(c -> walk(path + "(" + c.word() + ")", c.shape(), keys));
    } else if (shape instanceof Shape.AnyOf any) {
      any.shapes().forEach(inner -> walk(path, inner, keys));
    } else if (shape instanceof Shape.ListOf list) {
      walk(path, list.element(), keys);
    } else if (shape instanceof Shape.MapOf map) {
      walk(path + ".*", map.value(), keys);
    }
  }
}
