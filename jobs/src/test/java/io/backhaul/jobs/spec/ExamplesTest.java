/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.source.SourceSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesTest {

  private static final Path CONF = Path.of("..", "conf");
  private static final Secrets SECRETS =
      Secrets.of(
          Map.of(
              "ACME_TOKEN", "not-a-token",
              "HUBSPOT_TOKEN", "not-a-token",
              "ORDERS_API_KEY", "not-a-key",
              "PGHOST", "127.0.0.1",
              "PGUSER", "reader",
              "PGPASSWORD", "not-a-password"));

  @Test
  void theExamplesAreRight() {
    Workspace workspace = Workspace.read(CONF, SECRETS);

    assertThat(workspace.syncs())
        .extracting(SyncSpec::id)
        .containsExactly("acme/contacts", "globex/companies", "globex/orders");
    assertThat(workspace.destinations()).extracting(d -> d.type()).contains("http", "hubspot");
    assertThat(workspace.ledger().path())
        .isEqualTo(CONF.toAbsolutePath().normalize().resolveSibling("ledger").toString());
  }

  @Test
  void theFirstExampleNeedsOneVariableAndNoOtherTenants() {
    Secrets one = Secrets.of(Map.of("ACME_TOKEN", "not-a-token"));

    assertThat(Workspace.forSync(CONF, one, "contacts").sync("contacts").id())
        .isEqualTo("acme/contacts");
  }

  @Test
  void filesThatAnExampleReadsAreThere() {
    SyncSpec companies = Workspace.forSync(CONF, SECRETS, "companies").sync("companies");

    assertThat(Path.of(((SourceSpec.Files) companies.source()).path())).isRegularFile();
  }

  @Test
  void theSampleOfASyncFromSnowflakeIsRight(@TempDir Path folder) throws IOException {
    Conf conf =
        new Conf(folder)
            .write(
                "syncs/acme/contacts.yaml",
                Files.readString(CONF.resolve("samples/snowflake.yaml")));
    Secrets secrets =
        Secrets.of(Map.of("ACME_TOKEN", "not-a-token", "SNOWFLAKE_PRIVATE_KEY", "not-a-key"));

    SyncSpec sync = Workspace.read(conf.folder(), secrets).sync("contacts");

    assertThat(((SourceSpec.Snowflake) sync.source()).role()).isEqualTo("BACKHAUL_READER");
  }

  @Test
  void theSampleOfALookupIsRight(@TempDir Path folder) throws IOException {
    Conf conf =
        new Conf(folder)
            .withAccounts()
            .write(
                "syncs/acme/contacts.yaml", Files.readString(CONF.resolve("samples/lookup.yaml")));

    assertThat(conf.read().sync("contacts").mapping().lookedUp()).containsExactly("accounts");
  }

  @Test
  void everyExampleNamesItsSchemaForEditorsInTheFirstLine() throws IOException {
    try (Stream<Path> files = Files.walk(CONF)) {
      List<Path> examples = files.filter(file -> file.toString().endsWith(".yaml")).toList();
      assertThat(examples).hasSize(11 + SampleDestinationsTest.samples().size());
      for (Path example : examples) {
        String first = Files.readAllLines(example).get(0);
        assertThat(first).startsWith("# yaml-language-server: $schema=");
        assertThat(example.resolveSibling(first.replaceFirst(".*=", ""))).isRegularFile();
      }
    }
  }
}
