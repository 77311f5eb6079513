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
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.alias.CredentialProvider;
import org.apache.hadoop.security.alias.CredentialProviderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {

  private static final String VALUE = "not-a-secret-0815";

  @TempDir Path folder;

  @Test
  void aReferenceIsReplacedByWhatItNamesWhereverItStands() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), VALUE + "\n");
    Secrets secrets = Secrets.of(Map.of("HOST", "example.com", "TOKEN", VALUE));

    assertThat(secrets.resolve("${env:TOKEN}")).isEqualTo(VALUE);
    assertThat(secrets.resolve("${file:" + file + "}")).isEqualTo(VALUE);
    assertThat(secrets.resolve("jdbc:x://${env:HOST}:5432/${env:HOST}"))
        .isEqualTo("jdbc:x://example.com:5432/example.com");
    assertThat(secrets.resolve("costs $5 {or so}")).isEqualTo("costs $5 {or so}");
  }

  @Test
  void aValueThatLooksLikeAReferenceIsNotResolvedAgain() throws Exception {
    Secrets secrets = Secrets.of(Map.of("A", "${env:B}", "B", VALUE));

    assertThat(secrets.resolve("${env:A}")).isEqualTo("${env:B}");
  }

  @Test
  void aHadoopAliasIsLookedUpInACredentialProvider() throws Exception {
    Configuration hadoop = new Configuration(false);
    hadoop.set(
        CredentialProviderFactory.CREDENTIAL_PROVIDER_PATH,
        "localjceks://file" + folder.resolve("test.jceks"));
    CredentialProvider store = CredentialProviderFactory.getProviders(hadoop).get(0);
    store.createCredentialEntry("acme.token", VALUE.toCharArray());
    store.flush();

    assertThat(Secrets.of(Map.of(), hadoop).resolve("${hadoop:acme.token}")).isEqualTo(VALUE);
    assertThatThrownBy(() -> Secrets.of(Map.of(), hadoop).resolve("${hadoop:other}"))
        .hasMessage("the Hadoop credential other is not set");
  }

  @Test
  void whatIsNotThereIsNamedAndWhatIsThereIsNot() throws IOException {
    Files.writeString(folder.resolve("empty"), "\n");
    Files.writeString(folder.resolve("huge"), VALUE.repeat(10_000));
    Secrets secrets = Secrets.of(Map.of("EMPTY", "", "TOKEN", VALUE));

    for (Map.Entry<String, String> bad :
        Map.of(
                "${env:NONE}",
                "the environment variable NONE is not set",
                "${env:EMPTY}",
                "the environment variable EMPTY is empty",
                "${file:/nowhere}",
                "the file /nowhere cannot be read (NoSuchFileException)",
                "${file:" + folder + "}",
                "cannot be read (IOException)",
                "${file:" + folder + "/empty}",
                "empty is empty",
                "${file:" + folder + "/huge}",
                "huge is larger than 64 KB",
                "${env:TOKEN}${vault:x}",
                "only ${env:NAME}",
                "${env:TOKEN",
                "only ${env:NAME}")
            .entrySet()) {
      assertThatThrownBy(() -> secrets.resolve(bad.getKey()))
          .as(bad.getKey())
          .isInstanceOf(Secrets.Unresolved.class)
          .hasMessageContaining(bad.getValue())
          .hasMessageNotContaining(VALUE);
    }
  }

  @Test
  void noResolvedSecretIsShownByAnythingThatIsPrinted() {
    Conf conf = new Conf(folder);
    conf.write("backhaul.yaml", "ledger: {path: ./ledger, pii_key: '${env:ACME_TOKEN}'}\n")
        .write(
            "syncs/acme/orders.yaml",
            Conf.CONTACTS.replace(
                "{type: delta, path: ./warehouse/customers}",
                "{type: jdbc, url: 'jdbc:x://${env:ACME_TOKEN}', user: '${env:ACME_TOKEN}',"
                    + " password: '${env:ACME_TOKEN}', table: t}"));
    Workspace workspace = conf.read();
    SyncSpec sync = workspace.sync("orders");

    assertThat(workspace.ledger().piiKey()).isEqualTo(Conf.TOKEN);
    assertThat(sync.destination().properties().toString()).contains(Conf.TOKEN);
    assertThat(
            List.of(
                    workspace,
                    workspace.ledger(),
                    workspace.syncs(),
                    workspace.destinations(),
                    sync.source(),
                    sync.marks(),
                    Conf.SECRETS)
                .toString())
        .doesNotContain(Conf.TOKEN);
  }

  @Test
  void aWrongUrlThatCameFromASecretIsNotQuoted() {
    Conf conf =
        new Conf(folder)
            .write(
                "destinations/acme/crm.yaml",
                Conf.CRM.replace("http://127.0.0.1:9800/api", "${env:ACME_TOKEN}"));

    assertThat(conf.problems().toString())
        .contains("url: expected an http or https URL")
        .doesNotContain(Conf.TOKEN);
  }
}
