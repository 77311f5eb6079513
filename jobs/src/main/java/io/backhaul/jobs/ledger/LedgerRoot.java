/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.ledger;

import io.backhaul.diff.state.TableRef;

/** Where the ledger lives. */
public sealed interface LedgerRoot {

  /** A shared table. */
  TableRef table(String name);

  /** A table of one sync: {@code kind} is {@code state} or {@code outbox}. */
  TableRef perSync(String kind, String tenant, String sync);

  /** Folder of the journals and of the ledger's pseudonym key, in any Hadoop file system. */
  String files();

  /**
   * Under one folder: {@code <path>/runs}, {@code <path>/state/<tenant>/<sync>}.
   *
   * @param path absolute, without a slash at its end
   */
  record ByPath(String path) implements LedgerRoot {
    @Override
    public TableRef table(String name) {
      return new TableRef.ByPath(path + "/" + name);
    }

    @Override
    public TableRef perSync(String kind, String tenant, String sync) {
      return new TableRef.ByPath(path + "/" + kind + "/" + tenant + "/" + sync);
    }

    @Override
    public String files() {
      return path;
    }
  }

  /**
   * In a catalog schema: {@code main.backhaul.runs}, {@code main.backhaul.state__acme__contacts}.
   *
   * @param schema its name, with the catalog where there is one
   * @param files folder for the journals, which are files and not tables
   */
  record BySchema(String schema, String files) implements LedgerRoot {
    @Override
    public TableRef table(String name) {
      return new TableRef.ByName(schema + "." + name);
    }

    @Override
    public TableRef perSync(String kind, String tenant, String sync) {
      return new TableRef.ByName(
          schema + "." + kind + "__" + identifier(tenant) + "__" + identifier(sync));
    }

    /** The tenant or sync that {@link #identifier} made a part of a table's name of. */
    static String name(String identifier) {
      return identifier.replace("_dash_", "-");
    }

    private static String identifier(String name) {
      return name.replace("-", "_dash_");
    }
  }
}
