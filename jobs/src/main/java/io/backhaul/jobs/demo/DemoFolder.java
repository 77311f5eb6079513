/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.demo;

import io.backhaul.jobs.session.Folders;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a demo keeps its table, its configuration and its ledger. The configuration is made of real
 * files, for people to read, change and use.
 */
final class DemoFolder {

  /** The sync that the demo runs. */
  static final String SYNC = "acme/contacts";

  /** Says that the folder may be deleted by the next demo. */
  private static final String MARK = ".backhaul-demo";

  private final Path root;

  DemoFolder(Path root) {
    this.root = root;
  }

  Path conf() {
    return root.resolve("conf");
  }

  /** The Delta table of customers. */
  Path customers() {
    return root.resolve("warehouse/customers");
  }

  /**
   * Leaves the folder empty but for its mark.
   *
   * @throws FileAlreadyExistsException if there are files that no demo made
   */
  void startAfresh() throws IOException {
    if (Files.exists(root) && !isEmpty()) {
      if (!Files.isRegularFile(root.resolve(MARK))) {
        throw new FileAlreadyExistsException(
            root.toString(),
            null,
            "the folder was not made by a demo, so this one does not delete it; move it away or"
                + " name another with --folder");
      }
      empty();
    }
    Files.createDirectories(root);
    Files.writeString(
        root.resolve(MARK),
        "Made by ./backhaul demo, which deletes this folder when it runs again.\n");
  }

  /** Writes the configuration: one tenant, one destination, one sync. */
  void configure(URI sandbox) throws IOException {
    write(
        "backhaul.yaml",
        """
        # Where Backhaul keeps its tables. Relative paths start at the folder that conf/ stands in.
        ledger: {path: ./ledger}
        """);
    write(
        "destinations/acme/crm.yaml",
        """
        # A destination of the tenant acme. This one was the demo's sandbox, which ended with it:
        # "./backhaul sandbox --port %d" starts another one, empty, at the same address.
        type: http
        url: %s/api
        results: per_record
        batch: {max_records: 500, max_bytes: 1MB}
        rate: {requests_per_second: 200, concurrency: 4}
        # A real one wants to know who sends:
        # auth: {type: bearer, token: "${env:ACME_TOKEN}"}
        """
            .formatted(sandbox.getPort(), sandbox));
    write(
        "syncs/acme/contacts.yaml",
        """
        # What the destination's contacts are made of, and what is checked before one is sent.
        source: {type: delta, path: ./warehouse/customers}
        key: [customer_id]
        updated_at: updated_at
        destination: crm
        object: contacts
        mode: mirror
        mapping:
          email: email
          full_name: {expr: "concat_ws(' ', first_name, last_name)"}
          phone: phone
          country: country
          plan: {expr: "coalesce(attributes.plan, 'free')"}
          seats: {expr: "attributes.seats"}
          tags: {expr: "attributes.tags"}
          lifetime_value: lifetime_value
          customer_since: signed_up
          marketing_consent: {expr: "coalesce(consent, false)"}
          origin: {value: warehouse}
        validate:
          email: [required, email]
          full_name: [required, {max_length: 80}]
          phone: [phone]
        pii: [email, full_name]
        changes: {strategy: snapshot}
        guards: {max_deletes: 10%, max_changes: 60%, min_source_rows: 1, max_invalid: 5%}
        """);
  }

  private void write(String file, String text) throws IOException {
    Path path = conf().resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private boolean isEmpty() throws IOException {
    if (!Files.isDirectory(root)) {
      return false;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
      return !entries.iterator().hasNext();
    }
  }

  /** The mark goes last, so that a demo that was killed here can be run again. */
  private void empty() throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
      for (Path entry : entries) {
        if (!entry.getFileName().toString().equals(MARK)) {
          Folders.delete(entry);
        }
      }
    }
  }
}
