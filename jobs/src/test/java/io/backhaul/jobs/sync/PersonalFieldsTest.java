/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.sandbox.Rejection;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.diff.mapping.FieldSeal;
import io.backhaul.jobs.deadletter.ProtectedFields;
import io.backhaul.jobs.spec.PiiSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How personal fields are kept in the ledger, and who can read them again. */
class PersonalFieldsTest {

  private static final String KEY = "not-a-real-key-for-letters";
  private static final String LATER = "not-a-real-key-of-next-year";

  @TempDir Path home;
  private SyncBed bed;

  @BeforeEach
  void threeRowsThatFail() {
    bed = new SyncBed(home);
    bed.customers(20);
    bed.edit("UPDATE customers SET email = 'not an address' WHERE customer_id = 1");
    bed.sync("mode: mirror\nsend: changed\npii: [email, full_name]\nvalidate: {email: [email]}");
    bed.sandbox()
        .script(
            SandboxScript.FAULTLESS.with(
                Rejection.when("email", "user[23]@", "BLOCKED", "is blocked")));
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  private static PiiSpec encrypted(String key, String... oldKeys) {
    return new PiiSpec(PiiSpec.Protect.ENCRYPT, key, List.of(oldKeys), null, List.of());
  }

  private RunReport run(PiiSpec pii) {
    return new SyncRun(
            bed.ledger(), bed.spec(), RunOptions.DEFAULT, bed.clock(), RunObserver.NONE, pii)
        .run();
  }

  private Row letter(int customer) {
    return bed.sql("SELECT * FROM dead_letters WHERE key = '{\"customer_id\":" + customer + "}'")
        .get(0);
  }

  private static String shown(Row letter, PiiSpec pii) {
    return new ProtectedFields(pii).of(letter).payload();
  }

  @Test
  void lettersOfBothStagesAreReadWithTheKeyAndOnlyWithIt() {
    RunReport report = run(encrypted(KEY));

    assertThat(report.counts()).containsEntry("invalid", 1L).containsEntry("rejected", 2L);
    assertThat(bed.held().get("{\"customer_id\":7}")).contains("user7@example.com");
    assertThat(shown(letter(1), encrypted(KEY)))
        .isEqualTo(
            "{\"email\":\"not an address\",\"full_name\":\"First1"
                + " Last1\",\"origin\":\"warehouse\"}");
    assertThat(shown(letter(2), encrypted(LATER, KEY))).contains("\"user2@example.com\"");
    assertThat(letter(2).<String>getAs("payload")).doesNotContain("user2", "First2");
    assertThatThrownBy(() -> shown(letter(2), encrypted(LATER)))
        .isInstanceOf(ProtectedFields.WrongKeyException.class)
        .hasMessageContaining(FieldSeal.idOf(KEY))
        .hasMessageContaining("pii.old_keys");
    ProtectedFields.Shown closed = new ProtectedFields(PiiSpec.DEFAULT).of(letter(2));
    assertThat(closed.payload()).isEqualTo(letter(2).<String>getAs("payload"));
    assertThat(closed.note()).contains("email, full_name encrypted", "pii.key");
  }

  @Test
  void aValueThatWasCopiedIntoAnotherLetterDoesNotOpen() {
    run(encrypted(KEY));
    SyncBed.spark()
        .sql(
            "UPDATE delta.`%s` SET payload = '%s' WHERE key = '{\"customer_id\":3}'"
                .formatted(
                    home.resolve("ledger/dead_letters"), letter(2).<String>getAs("payload")));

    assertThatThrownBy(() -> shown(letter(3), encrypted(KEY)))
        .isInstanceOf(FieldSeal.NotOpenedException.class)
        .hasMessageContaining("email")
        .hasMessageContaining("copied here");
  }

  /** What has to be compared stays a pseudonym, whatever protects the letters. */
  @Test
  void changesAreFoundByPseudonymsWhenTheKeyChangesOrComes() {
    run(PiiSpec.DEFAULT);
    assertThat(new ProtectedFields(encrypted(KEY)).of(letter(2)).note())
        .contains("pseudonyms, which no key turns back", "pii.protect: encrypt");
    bed.edit("UPDATE customers SET last_name = 'Other' WHERE customer_id IN (2, 9)");

    RunReport second = run(encrypted(KEY));
    bed.edit("UPDATE customers SET last_name = 'Third' WHERE customer_id = 9");
    RunReport third = run(encrypted(LATER, KEY));

    assertThat(second.ops()).containsEntry("upsert", 2L);
    assertThat(third.ops()).containsEntry("upsert", 1L);
    assertThat(
            bed.sql(
                "SELECT changed_fields, payload FROM outbox WHERE run_id = '"
                    + third.runId()
                    + "'"))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.getList(0)).isEqualTo(List.of("full_name"));
              assertThat(row.getString(1)).startsWith("{\"full_name\":\"pii:aes1:");
            });
    assertThat(bed.held().get("{\"customer_id\":9}")).contains("First9 Third");
    assertThat(bed.value("SELECT fields FROM state_acme_contacts WHERE customer_id = 9"))
        .asString()
        .matches("\\{\"email\":\"pii:[0-9a-f]{16}\",\"full_name\":\"pii:[0-9a-f]{16}\",.*");
    assertThat(shown(letter(2), encrypted(LATER, KEY))).contains("First2 Other");
    assertThat(run(encrypted(LATER)).count("planned")).isZero();
  }

  @Test
  void runsThatComeFirstAtTheSameMomentAgreeOnOneKeyAndLeaveNoDraft() throws Exception {
    int many = 8;
    for (int round = 0; round < 20; round++) {
      CyclicBarrier start = new CyclicBarrier(many);
      List<CompletableFuture<String>> first =
          IntStream.range(0, many).mapToObj(i -> pseudonym(start)).toList();
      Set<String> pseudonyms = new TreeSet<>();
      for (CompletableFuture<String> one : first) {
        pseudonyms.add(one.get());
      }

      assertThat(pseudonyms).as("round %d", round).hasSize(1);
      assertThat(keyFiles()).containsExactly(PseudonymKey.FILE);
      Files.delete(home.resolve("ledger").resolve(PseudonymKey.FILE));
    }
  }

  private CompletableFuture<String> pseudonym(CyclicBarrier start) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            start.await();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
          return PseudonymKey.masking(bed.ledger(), bed.spec(), PiiSpec.DEFAULT).pseudonym("ann");
        },
        command -> new Thread(command).start());
  }

  @Test
  void aRunThatDiedWhileItMadeTheKeyLeavesNothingInTheNextOnesWay() throws IOException {
    Path draft = home.resolve("ledger").resolve(PseudonymKey.FILE + ".0000");
    Files.createDirectories(draft.getParent());
    Files.write(draft, new byte[5]);

    assertThat(run(PiiSpec.DEFAULT).count("applied")).isEqualTo(17);

    Files.write(home.resolve("ledger").resolve(PseudonymKey.FILE), new byte[5]);
    assertThatThrownBy(() -> run(PiiSpec.DEFAULT))
        .isInstanceOf(UncheckedIOException.class)
        .hasRootCauseMessage(
            "the file has 5 bytes, not 32: restore it from a backup; without one, remove it, and"
                + " every pii field counts as changed once");
  }

  private List<String> keyFiles() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("ledger"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.contains("pseudonym"))
          .toList();
    }
  }

  /**
   * Spark logs what a task says of its failure; with personal fields it says nothing of the row.
   */
  @Test
  void anExpressionThatFailsOnARowTellsItsKindAndNotTheValue() {
    bed.file(
        "conf/syncs/acme/contacts.yaml",
        """
        source: {type: delta, path: ./warehouse/customers}
        key: [customer_id]
        destination: crm
        object: contacts
        mode: upsert
        mapping:
          email: email
          born: {expr: "to_date(concat('3.4.19', email), 'dd.MM.yyyy')"}
        %s
        """
            .formatted("pii: [email, born]"));

    RunReport quiet = run(PiiSpec.DEFAULT);

    assertThat(quiet.status()).isEqualTo(RunStatus.FAILED);
    assertThat(quiet.error())
        .contains("a row could not be read or mapped (", "withheld")
        .doesNotContain("example.com", "not an address");

    // the twin: without personal fields Spark's own words are told, value and all
    bed.file(
        "conf/syncs/acme/contacts.yaml",
        """
        source: {type: delta, path: ./warehouse/customers}
        key: [customer_id]
        destination: crm
        object: contacts
        mode: upsert
        mapping: {born: {expr: "to_date(concat('3.4.19', email), 'dd.MM.yyyy')"}}
        """);
    assertThat(run(PiiSpec.DEFAULT).error()).contains("3.4.19");
  }
}
