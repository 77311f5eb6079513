/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BadSpecsTest {

  private static final String SYNC = BadSpec.FILES.get("sync");

  @TempDir Path parent;
  Conf conf;

  @BeforeEach
  void writeTheExample() {
    conf = new Conf(parent);
  }

  static Stream<BadSpec> slips() {
    return BadSpec.all();
  }

  @Test
  void theFilesWithoutASlipAreRight() {
    assertThat(conf.problems()).isEmpty();
    assertThat(slips()).hasSizeGreaterThanOrEqualTo(80);
  }

  @ParameterizedTest
  @MethodSource("slips")
  void oneSlipIsOneProblemWithItsPlaceReasonAndNearestName(BadSpec bad) {
    if (bad.text().contains("after:") || bad.text().contains("lookup:")) {
      conf.withAccounts();
    }
    List<SpecProblem> problems = conf.write(bad.file(), bad.text()).problems();

    assertThat(problems).as("%s", problems).hasSize(1);
    SpecProblem problem = problems.get(0);
    assertThat(problem.file()).isEqualTo(conf.folder().resolve(bad.about()).toString());
    assertThat(problem.line() + ":" + problem.column()).as("%s", problem).isEqualTo(bad.at());
    assertThat(problem.path()).isEqualTo(bad.path());
    assertThat(problem.message()).contains(bad.reason());
    assertThat(problem.suggestion()).isEqualTo(bad.nearest());
    assertThat(problem.toString()).doesNotContain("hunter2").doesNotContain(Conf.TOKEN);
  }

  @Test
  void allProblemsOfAllFilesAreToldAtOnceOneALine() {
    conf.write("backhaul.yaml", "ledger: {path: ./ledger, jornal: x}\n")
        .write("destinations/acme/crm.yaml", Conf.CRM.replace("${env:ACME_TOKEN}", "hunter2"))
        .write(
            "syncs/acme/contacts.yaml",
            Conf.CONTACTS
                .replace("full_name: {expr", "full_nam: {exp")
                .replace("mode: upsert", "mode: upsrt")
                .replace("object: contacts\n", "")
                .replace("max_changes: 60%", "max_changes: 600%"));

    assertThatThrownBy(conf::read)
        .isInstanceOf(SpecException.class)
        .hasMessage(
            """
            CONF/backhaul.yaml:1:26 ledger.jornal: unknown key; did you mean "journal"?
            CONF/destinations/acme/crm.yaml:3:29 auth.token: a secret cannot stand in the file; \
            name it with ${env:NAME}, ${file:/path} or ${hadoop:alias}
            CONF/syncs/acme/contacts.yaml:1:1 object: is missing
            CONF/syncs/acme/contacts.yaml:5:7 mode: expected one of upsert, update, insert, \
            mirror, append, delete; did you mean "upsert"?
            CONF/syncs/acme/contacts.yaml:8:14 mapping.full_nam.exp: unknown key; \
            did you mean "expr"?
            CONF/syncs/acme/contacts.yaml:12:14 validate.full_name: the mapping has no field \
            full_name; did you mean "full_nam"?
            CONF/syncs/acme/contacts.yaml:13:14 pii[1]: the mapping has no field full_name; \
            did you mean "full_nam"?
            CONF/syncs/acme/contacts.yaml:15:41 guards.max_changes: expected a whole number \
            from 0 or a share such as 10%, found a text\
            """
                .replace("CONF", conf.folder().toString()));
  }

  @Test
  void bytesThatAreNotUtf8AreAnsweredWithTheirPlace() {
    byte[] latin1 = "# good\nobject: Käufer\n".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(conf.write(SYNC, latin1).problems().toString())
        .contains("contacts.yaml:2:10: is not UTF-8 text");
    byte[] utf16 = Conf.CONTACTS.getBytes(StandardCharsets.UTF_16);
    assertThat(conf.write(SYNC, utf16).problems().toString())
        .contains("contacts.yaml:1:1: is not UTF-8 text");
  }

  @Test
  void aByteOrderMarkAndWindowsLineEndsAreNoProblem() {
    conf.write(SYNC, "\uFEFF" + Conf.CONTACTS.replace("\n", "\r\n"));

    assertThat(conf.problems()).isEmpty();
  }

  @Test
  void aliasesThatMultiplyAreStoppedBeforeTheyFillTheMemory() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++) {
      bomb.append(
          "a%d: &a%d [%s*a%d]\n".formatted(i, i, "*a%d, ".formatted(i - 1).repeat(5), i - 1));
    }

    assertThat(conf.write(SYNC, bomb.toString()).problems().toString())
        .containsAnyOf("values once its aliases are filled in", "aliases");
    assertThat(conf.write(SYNC, "x: " + "y".repeat(1 << 20)).problems().toString())
        .contains("is larger than 1 MB");
  }

  @Test
  void aMissingBackhaulYamlIsAProblemWithoutALine() throws Exception {
    java.nio.file.Files.delete(conf.folder().resolve("backhaul.yaml"));

    assertThat(conf.problems())
        .extracting(SpecProblem::toString)
        .containsExactly(conf.folder().resolve("backhaul.yaml") + ": there is no such file");
  }
}
