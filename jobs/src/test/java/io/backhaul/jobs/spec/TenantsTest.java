/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The tenant {@code mallory} tries to reach what is {@code acme}'s. No session runs: what is
 * refused here is refused before anything could be read or sent.
 */
class TenantsTest {

  private static final String STEAL = Attack.FILES.get("sync");
  private static final String MALLORYS_CRM = Attack.FILES.get("crm");

  @TempDir Path home;
  Conf conf;
  Secrets secrets;

  @BeforeEach
  void twoTenants() throws IOException {
    conf = new Conf(home).write("tenants/acme.yaml", Conf.TENANT);
    Attack.FILES.forEach((name, file) -> conf.write(file, Attack.GOOD.get(name)));
    Files.createDirectories(home.resolve("secrets/acme"));
    Files.createDirectories(home.resolve("secrets/mallory"));
    Files.writeString(home.resolve("secrets/acme/token"), Conf.TOKEN);
    Files.createSymbolicLink(
        home.resolve("secrets/mallory/link"), home.resolve("secrets/acme/token"));
    Configuration hadoop = new Configuration(false);
    hadoop.set("acme.token", Conf.TOKEN);
    hadoop.set("fs.s3a.secret.key", Conf.TOKEN);
    secrets = Secrets.of(Map.of("ACME_TOKEN", Conf.TOKEN, "MALLORY_TOKEN", "mine"), hadoop);
  }

  static Stream<Attack> attacks() {
    return Attack.all();
  }

  static Stream<Attack> attacksWithRemedy() {
    return Attack.all().filter(attack -> attack.remedy() != null);
  }

  private List<SpecProblem> problems() {
    try {
      Workspace.read(conf.folder(), secrets, CrmProvider.all());
      return List.of();
    } catch (SpecException e) {
      return e.problems();
    }
  }

  private void removeTheLines() throws IOException {
    for (String tenant : List.of("acme", "mallory")) {
      Files.delete(conf.folder().resolve("tenants/" + tenant + ".yaml"));
    }
    Files.delete(conf.folder().resolve("tenants"));
  }

  @Test
  void twoTenantsThatKeepToTheirOwnAreFine() {
    assertThat(problems()).isEmpty();
    assertThat(attacks()).hasSizeGreaterThan(50);
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void anAttackIsOneProblemWithItsPlaceAndARemedy(Attack attack) {
    String file = Attack.FILES.get(attack.file());
    conf.write(file, attack.text(home));

    List<SpecProblem> problems = problems();

    assertThat(problems).as("%s", problems).hasSize(1);
    SpecProblem problem = problems.get(0);
    assertThat(problem.file()).isEqualTo(conf.folder().resolve(file).toString());
    assertThat(problem.line()).isPositive();
    assertThat(problem.path()).isEqualTo(attack.path());
    assertThat(problem.message()).contains(attack.reason());
    assertThat(problem.message()).containsAnyOf(";", "expected", "known are", "unknown key");
    if (attack.reason().contains("allow.")) {
      assertThat(problem.message()).contains("tenants/mallory.yaml");
    }
    assertThat(problem.toString()).doesNotContain(Conf.TOKEN);
    assertThatThrownBy(
            () -> Workspace.forSync(conf.folder(), secrets, "mallory/steal", CrmProvider.all()))
        .isInstanceOf(SpecException.class);
  }

  /** The twin: without lines the same files are fine, so it is the lines that hold. */
  @ParameterizedTest
  @MethodSource("attacks")
  void withoutLinesOnlyWhatRunsCodeIsRefused(Attack attack) throws IOException {
    removeTheLines();
    conf.write(Attack.FILES.get(attack.file()), attack.text(home));

    assertThat(problems().isEmpty()).as("%s", problems()).isEqualTo(attack.alone());
  }

  @ParameterizedTest
  @MethodSource("attacksWithRemedy")
  void theRemedyLetsItPass(Attack attack) {
    conf.write(Attack.FILES.get(attack.file()), attack.text(home))
        .write("tenants/mallory.yaml", Tables.edit(Attack.TENANT, attack.remedy()));

    assertThat(problems()).isEmpty();
  }

  @Test
  void aTenantWithoutAFileMayDoNothingWhereOthersHaveOne() throws IOException {
    Files.delete(conf.folder().resolve("tenants/mallory.yaml"));

    assertThat(problems())
        .extracting(SpecProblem::toString)
        .containsExactly(
            conf.folder().resolve("tenants/mallory.yaml")
                + ": there is no such file, and where tenants have files, one without may do"
                + " nothing; write it (allow: {…}), or remove the folder of all");
    assertThat(
            Workspace.forSync(conf.folder(), secrets, "acme/contacts", CrmProvider.all()).syncs())
        .hasSize(1);
  }

  @Test
  void whatATenantsFileDoesNotNameIsRefused() {
    conf.write("tenants/mallory.yaml", "allow: {}\n");

    assertThat(problems())
        .extracting(SpecProblem::path)
        .containsExactly("url", "auth.token", "source.path");
  }

  @Test
  void aDestinationWhosePlaceNoHostBoundsIsRefused() {
    conf.write(
        "destinations/mallory/crm.yaml",
        "type: kafka\nbootstrap_servers: [db.mallory.example.com:9092]\n");

    assertThatThrownBy(() -> Workspace.read(conf.folder(), secrets))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("destinations/mallory/crm.yaml:1:7 type: ")
        .hasMessageContaining("write to a destination of this type");
  }

  @Test
  void aBrokenTenantsFileLetsNothingPass() {
    conf.write("tenants/mallory.yaml", Attack.TENANT.replace("hosts", "host"));

    assertThat(problems())
        .extracting(SpecProblem::toString)
        .singleElement()
        .asString()
        .contains("tenants/mallory.yaml:4:3 allow.host: unknown key; did you mean \"hosts\"?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../acme/contacts",
        "acme/../acme/contacts",
        "/etc/passwd",
        "acme/contacts.yaml",
        "acme\\contacts",
        "acme/c\u043Entacts",
        "acme/contacts\u0000",
        "ACME/contacts",
        ""
      })
  void aSyncIsFoundByItsNameAndNotByAPath(String asked) {
    assertThatThrownBy(() -> Workspace.forSync(conf.folder(), secrets, asked, CrmProvider.all()))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("there is no sync");
  }

  @Test
  void namesThatCouldBeMistakenAreRefused() {
    conf.write("syncs/m\u0430llory/x.yaml", Attack.GOOD.get("sync"))
        .write("syncs/mallory/\uFF41cme.yaml", Attack.GOOD.get("sync"))
        .write("tenants/ACME.yaml", Conf.TENANT)
        .write("tenants/acme.yml", Conf.TENANT)
        .write("tenants/mallory/acme.yaml", Conf.TENANT);

    assertThat(problems())
        .extracting(problem -> conf.folder().relativize(Path.of(problem.file())).toString())
        .containsExactlyInAnyOrder(
            "syncs/m\u0430llory",
            "syncs/mallory/\uFF41cme.yaml",
            "tenants/ACME.yaml",
            "tenants/acme.yml",
            "tenants/mallory");
  }

  private void link(String name, Path target) throws IOException {
    Path link = conf.folder().resolve(name);
    Files.createDirectories(link.getParent());
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, target);
  }

  private void refusedAsALink(String name, String reason) {
    assertThat(problems())
        .as(name)
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.file()).isEqualTo(conf.folder().resolve(name).toString());
              assertThat(problem.message()).contains(reason).contains("put the file itself there");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"syncs/mallory/steal.yaml", "destinations/mallory/crm.yaml"})
  void aFileThatIsALinkOutOfTheFolderIsRefused(String name) throws IOException {
    Path outside = Files.writeString(home.resolve("outside.yaml"), Attack.GOOD.get("sync"));
    link(name, outside);

    refusedAsALink(name, "leads out of the configuration folder");
    removeTheLines();
    refusedAsALink(name, "leads out of the configuration folder");
  }

  @Test
  void aFileThatIsALinkToAnotherTenantsIsRefused() throws IOException {
    link(MALLORYS_CRM, conf.folder().resolve("destinations/acme/crm.yaml"));

    refusedAsALink(MALLORYS_CRM, "is a link to a file of another folder");
  }

  @Test
  void aTenantsFolderThatIsALinkIsRefused() throws IOException {
    Files.delete(conf.folder().resolve(MALLORYS_CRM));
    Files.delete(conf.folder().resolve("destinations/mallory"));
    link("destinations/mallory", conf.folder().resolve("destinations/acme"));

    refusedAsALink(MALLORYS_CRM, "is a link to a file of another folder");
  }

  @Test
  void aFolderOutsideIsRefusedWhateverItIsCalled() throws IOException {
    Path outside = Files.createDirectories(home.resolve("outside/syncs/mallory"));
    Files.writeString(outside.resolve("steal.yaml"), Attack.GOOD.get("sync"));
    Files.delete(conf.folder().resolve(STEAL));
    Files.delete(conf.folder().resolve("syncs/mallory"));
    link("syncs/mallory", outside);

    refusedAsALink(STEAL, "leads out of the configuration folder");
  }

  @Test
  void theTenantsFileItselfCannotBeALinkOutOfTheFolder() throws IOException {
    Path outside = Files.writeString(home.resolve("outside.yaml"), "allow: {paths: [/]}\n");
    link("tenants/mallory.yaml", outside);

    refusedAsALink("tenants/mallory.yaml", "leads out of the configuration folder");
  }

  @Test
  void linksWithinAFolderAsMountedConfigurationsHaveThemAreFine() throws IOException {
    Path data = Files.createDirectories(conf.folder().resolve("syncs/mallory/..data"));
    Files.writeString(data.resolve("steal.yaml"), Attack.GOOD.get("sync"));
    link(STEAL, Path.of("..data/steal.yaml"));

    assertThat(problems()).isEmpty();
  }
}
