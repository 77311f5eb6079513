/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.change.GuardSpec;
import io.backhaul.diff.change.Limit;
import io.backhaul.diff.change.Mode;
import io.backhaul.diff.change.OnMappingChange;
import io.backhaul.diff.change.Send;
import io.backhaul.diff.change.Strategy;
import io.backhaul.diff.mapping.FieldMapping;
import io.backhaul.diff.source.SourceSpec;
import io.backhaul.diff.validation.FieldRule;
import io.backhaul.diff.validation.Rule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {

  @TempDir Path parent;
  Conf conf;

  @BeforeEach
  void writeTheExample() {
    conf = new Conf(parent);
  }

  @Test
  void theReferenceExampleIsReadFieldByField() {
    SyncSpec sync = conf.sync("acme/contacts");

    assertThat(sync.tenant()).isEqualTo("acme");
    assertThat(sync.name()).isEqualTo("contacts");
    assertThat(sync.id()).isEqualTo("acme/contacts");
    assertThat(sync.source())
        .isEqualTo(new SourceSpec.Delta(parent.resolve("warehouse/customers").toString(), null));
    assertThat(sync.mapping().key()).containsExactly("customer_id");
    assertThat(sync.mapping().updatedAt()).isEqualTo("updated_at");
    assertThat(sync.mapping().fields())
        .containsExactly(
            new FieldMapping.FromColumn("email", "email"),
            new FieldMapping.FromExpression("full_name", "concat_ws(' ', first_name, last_name)"),
            new FieldMapping.Constant("origin", "warehouse"));
    assertThat(sync.mapping().pii()).containsExactlyInAnyOrder("email", "full_name");
    assertThat(sync.rules())
        .containsExactly(
            new FieldRule("email", new Rule.Required()),
            new FieldRule("email", new Rule.Email()),
            new FieldRule("full_name", new Rule.MaxLength(80)));
    assertThat(sync.destination().tenant()).isEqualTo("acme");
    assertThat(sync.destination().name()).isEqualTo("crm");
    assertThat(sync.destination().type()).isEqualTo("http");
    assertThat(sync.destination().properties().toString())
        .isEqualTo(
            """
            {"url":"http://127.0.0.1:9800/api",\
            "auth":{"type":"bearer","token":"not-a-token-4711"},\
            "batch":{"max_records":100,"max_bytes":1048576},\
            "rate":{"requests_per_second":50.0,"concurrency":4},\
            "timeout":30000,"allow_insecure":false,"headers":{}}\
            """);
    assertThat(sync.object()).isEqualTo("contacts");
    assertThat(sync.mode()).isEqualTo(Mode.UPSERT);
    assertThat(sync.strategy()).isEqualTo(Strategy.SNAPSHOT);
    assertThat(sync.overlap()).isEqualTo(Duration.ofMinutes(10));
    assertThat(sync.send()).isEqualTo(Send.ALL);
    assertThat(sync.onMappingChange()).isEqualTo(OnMappingChange.RESYNC);
    assertThat(sync.onInDoubt()).isEqualTo(OnInDoubt.DEAD_LETTER);
    assertThat(sync.guards())
        .isEqualTo(new GuardSpec(Limit.ofShare(0.1), Limit.ofShare(0.6), 1L, Limit.ofShare(0.05)));
    assertThat(sync.file()).isEqualTo(conf.folder().resolve("syncs/acme/contacts.yaml"));
    assertThat(conf.read().ledger())
        .isEqualTo(new LedgerSpec(parent.resolve("ledger").toString(), null, null, null));
  }

  @Test
  void aSyncIsFoundByItsNameAloneWhereOneTenantHasIt() {
    assertThat(conf.sync("contacts").id()).isEqualTo("acme/contacts");

    conf.write("destinations/globex/crm.yaml", Conf.CRM)
        .write("syncs/globex/contacts.yaml", Conf.CONTACTS);
    assertThatThrownBy(() -> conf.sync("contacts"))
        .isInstanceOf(SpecException.class)
        .hasMessageEndingWith("say acme/contacts or globex/contacts");
    assertThat(conf.sync("globex/contacts").id()).isEqualTo("globex/contacts");
  }

  @Test
  void anUnknownSyncOrTenantIsAnsweredWithTheNearest() {
    assertThatThrownBy(() -> conf.sync("contcts"))
        .isInstanceOf(SpecException.class)
        .hasMessageEndingWith("there is no sync contcts; did you mean \"contacts\"?");
    assertThatThrownBy(() -> conf.sync("acne/contacts"))
        .isInstanceOf(SpecException.class)
        .hasMessageEndingWith("did you mean \"acme/contacts\"?");
    assertThatThrownBy(() -> conf.sync("../../etc/passwd")).isInstanceOf(SpecException.class);
  }

  @Test
  void aBrokenFileOfAnotherTenantStopsOnlyTheReadingOfAllFiles() {
    conf.write("destinations/globex/crm.yaml", "type: [")
        .write("destinations/acme/other.yaml", "typ: http\n")
        .write("syncs/globex/orders.yaml", "\t");

    assertThat(conf.sync("acme/contacts").object()).isEqualTo("contacts");
    assertThat(conf.problems())
        .extracting(problem -> Path.of(problem.file()).getFileName().toString())
        .contains("crm.yaml", "other.yaml", "orders.yaml");
  }

  @Test
  void oneSyncAnswersForTheProblemsOfItsDestinationAndOfBackhaulYaml() {
    conf.write("backhaul.yaml", "ledgr: {path: ./ledger}\n")
        .write("destinations/acme/crm.yaml", Conf.CRM + "color: red\n");

    assertThatThrownBy(() -> conf.sync("contacts"))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("backhaul.yaml:1:1 ledgr: unknown key; did you mean \"ledger\"?")
        .hasMessageContaining("crm.yaml:6:1 color: unknown key");
  }

  @Test
  void aDestinationThatSeveralSyncsShareIsComplainedAboutOnce() {
    conf.write("syncs/acme/more.yaml", Conf.CONTACTS)
        .write("destinations/acme/crm.yaml", Conf.CRM + "color: red\n");

    assertThat(conf.problems()).hasSize(1);
  }

  @Test
  void urisStayAsTheyAreAndRelativePathsStartAtTheConfigurationsParent() {
    conf.write("backhaul.yaml", "ledger: {path: s3a://bucket/ledger, journal: ../journal}\n");

    LedgerSpec ledger = Workspace.forLedger(conf.folder(), Conf.SECRETS).ledger();
    assertThat(ledger.path()).isEqualTo("s3a://bucket/ledger");
    assertThat(ledger.journal()).isEqualTo(parent.resolveSibling("journal").toString());
  }

  @Test
  void filesThatWouldBePassedOverInSilenceAreProblems() {
    conf.write("syncs/acme/orders.yml", Conf.CONTACTS)
        .write("syncs/stray.yaml", Conf.CONTACTS)
        .write("syncs/Acme Inc/orders.yaml", Conf.CONTACTS)
        .write("syncs/acme/Orders.yaml", Conf.CONTACTS)
        .write("syncs/acme/notes.txt", "not a sync")
        .write("syncs/acme/._contacts.yaml", new byte[] {0, 1, 2});

    assertThat(conf.problems())
        .extracting(problem -> conf.folder().relativize(Path.of(problem.file())).toString())
        .containsExactlyInAnyOrder(
            "syncs/acme/orders.yml",
            "syncs/stray.yaml",
            "syncs/Acme Inc",
            "syncs/acme/Orders.yaml");
  }

  @Test
  void whatIsFoundOutLaterIsReportedWithItsLine() {
    SpecMarks marks = conf.sync("contacts").marks();

    assertThat(
            marks.problem(
                "mapping.email", "the source has no column email", "email", List.of("e_mail")))
        .hasToString(
            conf.folder().resolve("syncs/acme/contacts.yaml")
                + ":8:10 mapping.email: the source has no column email; did you mean \"e_mail\"?");
    assertThat(marks.problem("key[0]", "no such column").line()).isEqualTo(2);
    assertThat(marks.problem("key[0]", "no such column").column()).isEqualTo(7);
    assertThat(marks.problem("mapping.full_name", "wrong").line()).isEqualTo(9);
    assertThat(marks.problem("validate.full_name.deeper", "wrong").line()).isEqualTo(13);
    assertThat(marks.problem("updated_at", "no such column").column()).isEqualTo(13);
    assertThat(marks.problem("nowhere", "wrong").line()).isEqualTo(1);
  }
}
