/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.reach;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.TableIdentifier;
import org.apache.spark.sql.catalyst.catalog.HiveTableRelation;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.expressions.UserDefinedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.View;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import scala.collection.Iterator;

/**
 * Looks at a tenant's query once Spark knows what its names stand for: short names in a session
 * with another catalog, temporary views, functions that are written like columns. No row is read.
 *
 * <p>A view of a catalog counts by its own name, whatever it reads: that is how one slice of a
 * table is shared. Temporary views belong to whoever shares the session, and are refused.
 */
public final class AnalysedQuery {

  /** Relations that hold what the query itself says. */
  private static final Set<String> OF_ITS_OWN =
      Set.of("OneRowRelation", "LocalRelation", "Range", "CTERelationRef");

  private final Reach reach;

  private AnalysedQuery(Reach reach) {
    this.reach = reach;
  }

  /**
   * Why the query may not be read, and what to do about it; nothing if it may.
   *
   * @param reach of the tenant whose query it is, or {@code null} where there are no tenants
   */
  public static Optional<String> refusal(Dataset<Row> query, Reach reach) {
    return reach == null
        ? Optional.empty()
        : new AnalysedQuery(reach).plan(query.queryExecution().analyzed());
  }

  private Optional<String> plan(LogicalPlan plan) {
    if (plan instanceof View view) {
      return view.isTempView()
          ? Optional.of(
              "reads the temporary view %s, which %s read; read the table itself"
                  .formatted(view.desc().identifier().table(), reach.mayNot()))
          : relation(name(view.desc().identifier()));
    }
    if (plan.children().isEmpty()) {
      Optional<String> refusal = leaf(plan);
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    Iterator<LogicalPlan> children = plan.children().iterator();
    while (children.hasNext()) {
      Optional<String> refusal = plan(children.next());
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    Iterator<Expression> expressions = plan.expressions().iterator();
    while (expressions.hasNext()) {
      Optional<String> refusal = expression(expressions.next());
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    return Optional.empty();
  }

  private Optional<String> leaf(LogicalPlan leaf) {
    if (leaf instanceof LogicalRelation relation) {
      if (relation.catalogTable().isDefined()) {
        return relation(name(relation.catalogTable().get().identifier()));
      }
      return relation.relation() instanceof HadoopFsRelation files
          ? paths(files.location().rootPaths().iterator())
          : outside("a relation without a name");
    }
    if (leaf instanceof HiveTableRelation hive) {
      return relation(name(hive.tableMeta().identifier()));
    }
    if (leaf instanceof DataSourceV2Relation v2
        && v2.catalog().isDefined()
        && v2.identifier().isDefined()) {
      return relation(name(v2.catalog().get().name(), v2.identifier().get()));
    }
    return OF_ITS_OWN.contains(leaf.getClass().getSimpleName())
        ? Optional.empty()
        : outside("a relation without a name");
  }

  private Optional<String> paths(Iterator<Path> paths) {
    while (paths.hasNext()) {
      Path path = paths.next();
      boolean local = "file".equals(path.toUri().getScheme());
      if (!reach.paths().covers(path.toString())
          && !(local && reach.paths().covers(path.toUri().getPath()))) {
        return Optional.of(
            "reads files by their path, and %s read there; %s"
                .formatted(reach.mayNot(), reach.remedy("paths")));
      }
    }
    return Optional.empty();
  }

  private Optional<String> relation(List<String> name) {
    return reach.coversRelation(name) ? Optional.empty() : outside(String.join(".", name));
  }

  private Optional<String> outside(String what) {
    return Optional.of(
        "reads %s, which %s read; %s".formatted(what, reach.mayNot(), reach.remedy("catalogs")));
  }

  private static List<String> name(TableIdentifier id) {
    return Names.of(id.nameParts());
  }

  private static List<String> name(String catalog, Identifier id) {
    List<String> name = new ArrayList<>(List.of(catalog));
    name.addAll(Arrays.asList(id.namespace()));
    name.add(id.name());
    return name;
  }

  private Optional<String> expression(Expression expression) {
    Optional<String> reason = OutsideFunctions.reason(expression.prettyName());
    if (reason.isPresent()) {
      return Optional.of(
          "uses `%s`, which %s use: %s; leave it out"
              .formatted(expression.prettyName(), reach.mayNot(), reason.get()));
    }
    if (expression instanceof UserDefinedExpression own && !reach.coversFunction(own.name())) {
      return Optional.of(
          "uses `%s`, which %s use; %s"
              .formatted(own.name(), reach.mayNot(), reach.remedy("functions")));
    }
    if (expression instanceof SubqueryExpression subquery) {
      Optional<String> refusal = plan(subquery.plan());
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    Iterator<Expression> children = expression.children().iterator();
    while (children.hasNext()) {
      Optional<String> refusal = expression(children.next());
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    return Optional.empty();
  }
}
