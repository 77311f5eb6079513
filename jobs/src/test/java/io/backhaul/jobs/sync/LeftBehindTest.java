/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.jobs.spec.Secrets;
import io.backhaul.jobs.spec.SyncSpec;
import io.backhaul.jobs.spec.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever becomes of a run, neither its secrets nor personal values are in anything that it leaves
 * behind: tables, journals, logs at their most talkative, Spark's events and pages, output.
 */
@Tag("faults")
class LeftBehindTest {

  private static final int ROWS = 20;

  private static final Map<String, String> SECRETS =
      Map.of(
          "ACME_TOKEN", "tok/planted+9f3kQ7vX2mZr8LwT1bNc==",
          "ACME_SECRET", "hdr-planted-Yq4\"Ws8Ed6Rf2Tg0Hj",
          "ACME_PASSWORD", "db&planted%K3jU7yT5rE1wQ9",
          "ACME_PII_KEY", "pii-planted-Mn5Bv3Cx1Zl9Kj7Hg4Fd",
          "ACME_LETTER_KEY", "letter-planted-Xs8Dc5Vf2Bg0Nh7Jm4K");

  @TempDir Path home;
  private SyncBed bed;
  private EchoingVendor vendor;

  @BeforeEach
  void aVendorThatRepeatsEverything() {
    bed = new SyncBed(home);
    vendor = new EchoingVendor();
  }

  @AfterEach
  void stop() {
    vendor.close();
    bed.close();
  }

  private static String email(int i) {
    return "zoe.o'planted-mail" + i + "@quittengelee-koeln.example";
  }

  private static String name(int i) {
    return "Štěpánka \"Plänted\" Vrchlická-Ünver " + i;
  }

  private static String phone(int i) {
    return "+49 171 2370" + (1_000_000 + i);
  }

  private static long tax(int i) {
    return 99_001_734_500_000L + i;
  }

  private static String born(int i) {
    return "3." + (1 + i % 12) + ".1909 um " + (1000 + i);
  }

  private static String note(int i) {
    return "planted note: mag Rhabarberkompott № " + i;
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "\\'") + "'";
  }

  /** Some are invalid, every fifth is refused, and none has a birth date that Spark can read. */
  private void people() {
    String rows =
        IntStream.rangeClosed(1, ROWS)
            .mapToObj(
                i ->
                    "(%dL, %s, %s, %s, %dL, %s, array(%s), now())"
                        .formatted(
                            i,
                            literal(i == 7 ? "planted, and not an address " + i : email(i)),
                            literal(name(i)),
                            literal(phone(i)),
                            tax(i),
                            literal(born(i)),
                            literal(note(i))))
            .collect(Collectors.joining(", "));
    SyncBed.spark()
        .sql(
            "SELECT * FROM VALUES "
                + rows
                + " AS t(customer_id, email, name, phone, tax, born, notes, updated_at)")
        .coalesce(2)
        .write()
        .format("delta")
        .mode("overwrite")
        .save(home.resolve("warehouse/customers").toString());
    bed.file("warehouse/quoted", email(3) + " " + SECRETS.get("ACME_TOKEN"));
  }

  private static Planted planted() {
    return new Planted(
        Map.of(
            "secret", SECRETS.values(),
            "email", each(LeftBehindTest::email),
            "invalid email", List.of("planted, and not an address 7"),
            "name", each(LeftBehindTest::name),
            "phone", each(LeftBehindTest::phone),
            "tax", each(i -> Long.toString(tax(i))),
            "born", each(LeftBehindTest::born),
            "note", each(LeftBehindTest::note)));
  }

  private static List<String> each(java.util.function.IntFunction<String> value) {
    return IntStream.rangeClosed(1, ROWS).mapToObj(value).toList();
  }

  private void destination(String name, String type, String url) {
    bed.file(
        "conf/destinations/acme/" + name + ".yaml",
        """
        type: %s
        url: %s
        auth: {type: bearer, token: "${env:ACME_TOKEN}"}
        headers: {X-Api-Secret: "${env:ACME_SECRET}"}
        results: per_record
        batch: {max_records: 50}
        """
            .formatted(type, url));
  }

  private void sync(String name, String destination, String source, String more, String born) {
    bed.file(
        "conf/syncs/acme/" + name + ".yaml",
        """
        source: %s
        key: [customer_id]
        destination: %s
        object: contacts
        mode: upsert
        mapping:
          email: email
          full_name: {expr: "trim(name)"}
          phone: phone
          tax: tax
          born: %s
          notes: notes
        validate: {email: [required, email]}
        %s
        """
            .formatted(source, destination, born, more));
  }

  private static final String DELTA = "{type: delta, path: ./warehouse/customers}";
  private static final String PII = "pii: [email, full_name, phone, tax, born, notes]";

  /** What is run with the configuration that has the keys, and looked at with one that has not. */
  private static List<String> commands() {
    return Stream.of(
            "conf validate",
            "conf plan acme/contacts --json",
            "conf sync acme/contacts --json -v",
            "conf sync acme/poison -v",
            "conf sync acme/credentials",
            "conf sync acme/thrown --json",
            "conf sync acme/throttle",
            "conf sync acme/date -v",
            "conf sync acme/query",
            "conf sync acme/db",
            "conf sync acme/broken --patience 1s",
            "looking status",
            "looking status --json",
            "looking dlq list",
            "looking dlq list --json",
            "looking sql SELECT\u00a0*\u00a0FROM\u00a0dead_letters --json",
            "looking sql SELECT\u00a0'${env:ACME_TOKEN}','${ACME_TOKEN}'",
            "conf dlq retry acme/contacts",
            "conf sync acme/contacts")
        .map(line -> line.replace(' ', '\t').replace('\u00a0', ' '))
        .toList();
  }

  private void everySync(String pii) {
    for (String name : List.of("poison", "credentials", "throttle", "broken")) {
      destination(name, "http", vendor.url() + "/" + name);
      sync(name, name, DELTA, pii, "born");
    }
    destination("crm", "http", vendor.url() + "/records");
    sync("contacts", "crm", DELTA, pii, "born");
    destination("mishap", "mishap", vendor.url() + "/records");
    sync("thrown", "mishap", DELTA, pii, "born");
    sync("date", "crm", DELTA, pii, "{expr: \"to_date(born, 'dd.MM.yyyy')\"}");
    sync(
        "query",
        "crm",
        "{type: sql, query: \"SELECT *, to_date(born, 'dd.MM.yyyy') AS day FROM delta.`"
            + home.resolve("warehouse/customers")
            + "`\"}",
        pii,
        "day");
    sync(
        "db",
        "crm",
        "{type: jdbc, url: \"jdbc:postgresql://127.0.0.1:1/shop\", user: reader, password:"
            + " \"${env:ACME_PASSWORD}\", table: customers}",
        pii,
        "born");
  }

  @Test
  void nothingThatRunsLeaveBehindHoldsASecretOrAPersonalValue() throws Exception {
    people();
    everySync(PII);
    bed.file("conf/backhaul.yaml", "ledger: {path: ./ledger, pii_key: \"${env:ACME_PII_KEY}\"}\n");
    Files.createDirectories(home.resolve("events"));
    Files.createDirectories(home.resolve("local"));
    bed.file("log4j2.properties", LOGGING.replace("HOME", home.toString()));
    bed.file("commands", String.join("\n", commands()));

    try (SyncProcess died = SyncProcess.sync(home, SECRETS, "journal_appended")) {
      assertThat(died.exitCode()).as(() -> died.output()).isEqualTo(137);
    }
    assertThat(found(home)).as("after a run that died").isEmpty();
    bed.clock().forward(Duration.ofMinutes(2)); // past the lease of the dead
    String output;
    try (SyncProcess run =
        SyncProcess.start(
            home,
            SECRETS,
            List.of(
                "-Dspark.eventLog.enabled=true",
                "-Dspark.eventLog.dir=" + home.resolve("events").toUri(),
                "-Dspark.ui.enabled=true",
                "-Dspark.ui.port=0",
                "-Dspark.local.dir=" + home.resolve("local"),
                "-Djava.io.tmpdir=" + home.resolve("local"),
                "-Dlog4j2.configurationFile=" + home.resolve("log4j2.properties")),
            WatchedCommands.class,
            home.toString())) {
      assertThat(run.exitCode()).as(run::output).isZero();
      output = run.output();
    }

    assertThat(String.join("\n", found(home))).isEmpty();
    assertThat(output)
        .contains(
            "sync acme/contacts --json -v ended with code 0",
            "sync acme/poison -v ended with code 0",
            "sync acme/credentials ended with code 2",
            "sync acme/thrown --json ended with code 2",
            "sync acme/throttle ended with code 0",
            "sync acme/date -v ended with code 2",
            "sync acme/query ended with code 2",
            "sync acme/db ended with code 2",
            "sync acme/broken --patience 1s ended with code 3",
            "sync acme/contacts ended with code 0");
  }

  /** The twin: what nobody declared personal, and a token that no reference names, are found. */
  @Test
  void theSearchFindsEveryKindOfValueThatIsNotProtected() {
    people();
    everySync("");
    bed.file(
        "conf/destinations/acme/crm.yaml",
        """
        type: http
        url: %s/records
        headers: {X-Api-Secret: '%s'}
        results: per_record
        """
            .formatted(vendor.url(), SECRETS.get("ACME_SECRET")));
    SyncSpec open =
        Workspace.forSync(home.resolve("conf"), Secrets.of(SECRETS), "acme/contacts")
            .sync("acme/contacts");

    new SyncRun(bed.ledger(), open, RunOptions.DEFAULT, bed.clock(), RunObserver.NONE, null).run();

    assertThat(
            found(home.resolve("ledger")).stream()
                .map(place -> place.substring(0, place.indexOf(" in ")))
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(
            "secret", "email", "invalid email", "name", "phone", "tax", "born", "note");
  }

  private static final String LOGGING =
      """
      appender.file.type = File
      appender.file.name = file
      appender.file.fileName = HOME/talkative.log
      appender.file.layout.type = PatternLayout
      appender.file.layout.pattern = %d %p %c: %m%n%ex
      rootLogger.level = info
      rootLogger.appenderRef.file.ref = file
      logger.own.name = io.backhaul
      logger.own.level = trace
      logger.sql.name = org.apache.spark.sql
      logger.sql.level = debug
      logger.delta.name = org.apache.spark.sql.delta
      # Delta describes snapshots with the least and greatest values of small tables it reads
      logger.delta.level = warn
      logger.codegen.name = org.apache.spark.sql.catalyst.expressions.codegen
      logger.codegen.level = info
      """;

  /** Searches all files but the warehouse, and all rows of all tables, past versions included. */
  private Set<String> found(Path folder) {
    Planted planted = planted();
    Set<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> all =
          files
              .filter(Files::isRegularFile)
              .filter(file -> !file.startsWith(home.resolve("warehouse")))
              .toList();
      for (Path file : all) {
        found.addAll(planted.in(file));
      }
      Map<Path, List<Path>> tables =
          all.stream()
              .filter(file -> file.toString().endsWith(".parquet"))
              .collect(Collectors.groupingBy(LeftBehindTest::table));
      tables.forEach((table, parts) -> found.addAll(planted.in(rows(parts), table.toString())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static Path table(Path file) {
    Path folder = file.getParent();
    while (folder.getFileName().toString().contains("=")) {
      folder = folder.getParent();
    }
    return folder;
  }

  private static String rows(List<Path> parts) {
    return SyncBed.spark()
        .read()
        .option("mergeSchema", "true")
        .parquet(parts.stream().map(Path::toString).toArray(String[]::new))
        .selectExpr("to_json(struct(*))")
        .collectAsList()
        .stream()
        .map(Row::toString)
        .collect(Collectors.joining("\n"));
  }
}
