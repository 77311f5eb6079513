/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Op;
import io.backhaul.destination.Profile;
import io.backhaul.destination.config.Library;
import io.backhaul.destination.config.Shape;
import java.util.EnumSet;
import java.util.List;

/** Opens destinations of type {@code postgres}. */
public final class PostgresProvider implements DestinationProvider {

  @Override
  public String type() {
    return "postgres";
  }

  @Override
  public Shape.Obj shape() {
    return DatabaseConfig.shape();
  }

  @Override
  public Profile profile() {
    return new Profile(
        "PostgreSQL",
        List.of(
            new Profile.Target(
                "<table>",
                EnumSet.allOf(Op.class),
                DatabaseConfig.MOST_RECORDS,
                "table or schema.table, as the catalogue writes it")),
        true,
        true,
        false,
        true,
        true,
        "deletes the row",
        "sets the column to null");
  }

  @Override
  public ObjectNode sample() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("url", "jdbc:postgresql://db.example.com:5432/sales")
        .put("user", "backhaul");
  }

  /** It speaks PostgreSQL's own protocol. */
  @Override
  public boolean inspectable() {
    return false;
  }

  @Override
  public Destination open(DestinationConfig config, DeliveryContext context) {
    DatabaseConfig read = DatabaseConfig.read(config.properties());
    if (!read.url().text().startsWith("jdbc:postgresql:")) {
      throw DestinationException.refused(
          "URL_REFUSED", 0, "the url is not PostgreSQL's: write jdbc:postgresql://host/database");
    }
    Library.require(
        "org.postgresql.Driver",
        "PostgreSQL's driver is not on the class path: add org.postgresql:postgresql");
    return new PostgresDestination(read, context, config.secrets());
  }
}
