/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A configuration folder for one test, at first as the reference shows it. */
final class Conf {

  static final String TOKEN = "not-a-token-4711";

  static final String BACKHAUL = "ledger: {path: ./ledger}\n";

  static final String CRM =
      """
      type: http
      url: http://127.0.0.1:9800/api
      auth: {type: bearer, token: "${env:ACME_TOKEN}"}
      batch: {max_records: 100, max_bytes: 1MB}
      rate: {requests_per_second: 50, concurrency: 4}
      """;

  static final String CONTACTS =
      """
      source: {type: delta, path: ./warehouse/customers}
      key: [customer_id]
      updated_at: updated_at
      destination: crm
      object: contacts
      mode: upsert
      mapping:
        email: email
        full_name: {expr: "concat_ws(' ', first_name, last_name)"}
        origin: {value: warehouse}
      validate:
        email: [required, email]
        full_name: {max_length: 80}
      pii: [email, full_name]
      changes: {strategy: snapshot}
      guards: {max_deletes: 10%, max_changes: 60%, min_source_rows: 1, max_invalid: 5%}
      """;

  static final String TENANT =
      """
      allow:
        paths: [./warehouse/customers]
        catalogs: [main.acme]
        hosts: [127.0.0.1]
        functions: [acme_score]
        jdbc_options: [sslrootcert]
        secrets: {env: [ACME_*], file: [/run/secrets/acme/], hadoop: [acme.*]}
      """;

  static final Secrets SECRETS = Secrets.of(Map.of("ACME_TOKEN", TOKEN));

  private final Path parent;

  Conf(Path parent) {
    this.parent = parent;
    write("backhaul.yaml", BACKHAUL);
    write("destinations/acme/crm.yaml", CRM);
    write("syncs/acme/contacts.yaml", CONTACTS);
  }

  /** With another sync, which the first may follow. */
  Conf withAccounts() {
    return write("syncs/acme/accounts.yaml", CONTACTS.replace("contacts", "accounts"));
  }

  Path folder() {
    return parent.resolve("conf");
  }

  Conf write(String file, String text) {
    return write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  Conf write(String file, byte[] bytes) {
    Path path = folder().resolve(file);
    try {
      Files.createDirectories(path.getParent());
      Files.write(path, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  Workspace read() {
    return Workspace.read(folder(), SECRETS, CrmProvider.all());
  }

  SyncSpec sync(String name) {
    return Workspace.forSync(folder(), SECRETS, name, CrmProvider.all()).sync(name);
  }

  /** All problems of the folder; none if it is right. */
  List<SpecProblem> problems() {
    try {
      read();
      return List.of();
    } catch (SpecException e) {
      return e.problems();
    }
  }
}
