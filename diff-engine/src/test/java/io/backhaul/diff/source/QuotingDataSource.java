/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.RelationProvider;
import scala.collection.immutable.Map;

/** A data source that refuses and, as some do, quotes all that it was given. */
public final class QuotingDataSource implements RelationProvider {

  @Override
  public BaseRelation createRelation(SQLContext context, Map<String, String> options) {
    throw new IllegalArgumentException("no login with " + options);
  }
}
