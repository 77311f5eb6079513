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
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Op;
import io.backhaul.destination.Profile;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** Opens destinations of type {@code jdbc}. */
public final class JdbcProvider implements DestinationProvider {

  @Override
  public String type() {
    return "jdbc";
  }

  @Override
  public Shape.Obj shape() {
    List<String> words = new ArrayList<>(List.of("auto"));
    words.addAll(List.of(UpsertForm.words()));
    return DatabaseConfig.shape(
        Key.optional(
            "upsert",
            new Shape.Choice(words),
            "auto",
            "How the database words an upsert; auto goes by the name of the product."));
  }

  @Override
  public Profile profile() {
    return new Profile(
        "Any database (JDBC)",
        List.of(
            new Profile.Target(
                "<table>",
                EnumSet.allOf(Op.class),
                DatabaseConfig.MOST_RECORDS,
                "table or schema.table")),
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
        .put("url", "jdbc:mysql://db.example.com:3306/sales")
        .put("user", "backhaul");
  }

  /** Drivers speak protocols of their own. */
  @Override
  public boolean inspectable() {
    return false;
  }

  @Override
  public Destination open(DestinationConfig config, DeliveryContext context) {
    return new JdbcDestination(DatabaseConfig.read(config.properties()), config.secrets());
  }
}
