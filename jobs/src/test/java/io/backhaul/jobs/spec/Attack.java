/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What one tenant tries to reach of another's; a row of {@code attacks.txt}.
 *
 * @param edits to one of the attacker's files
 * @param alone whether it is fine where there are no tenants
 * @param remedy edits of the attacker's tenant file that let it pass, or {@code null}
 */
record Attack(
    String row,
    String file,
    String edits,
    String path,
    String reason,
    boolean alone,
    String remedy) {

  static final String TENANT =
      """
      allow:
        paths: [./warehouse/mallory]
        catalogs: [spark_catalog.mallory]
        hosts: [crm.mallory.example.com, db.mallory.example.com]
        secrets: {env: [MALLORY_*], file: [./secrets/mallory], hadoop: [mallory.*]}
      """;

  static final Map<String, String> FILES =
      Map.of(
          "crm", "destinations/mallory/crm.yaml",
          "sync", "syncs/mallory/steal.yaml",
          "tenant", "tenants/mallory.yaml");

  static final Map<String, String> GOOD =
      Map.of(
          "tenant",
          TENANT,
          "crm",
          """
          type: http
          url: https://crm.mallory.example.com
          auth: {type: bearer, token: "${env:MALLORY_TOKEN}"}
          timeout: 30s
          """,
          "sync",
          """
          source: {type: delta, path: ./warehouse/mallory/t}
          key: [id]
          destination: crm
          object: contacts
          mapping:
            email: email
          validate: {}
          """);

  static Stream<Attack> all() {
    return Tables.rows("attacks.txt")
        .map(
            cells ->
                new Attack(
                    String.join(" | ", cells),
                    cells[1],
                    cells[2],
                    cells[3],
                    cells[4],
                    cells[5].equals("yes"),
                    cells[6].equals("-") ? null : cells[6]));
  }

  /** The attacker's file, where paths under {@code HOME} are those of the test. */
  String text(Path home) {
    return Tables.edit(GOOD.get(file), edits).replace("HOME", home.toString());
  }

  @Override
  public String toString() {
    return row;
  }
}
